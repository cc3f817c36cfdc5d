package layers

import (
	"errors"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[LocallyConnected1D]()
	register[LocallyConnected2D]()
}

// LocallyConnected1D is [Conv1D] with a separate kernel for each position of the window. It is
// a Keras 2 layer, provided for Keras 2 files; Keras 3 does not have it, so a model that
// contains it cannot be saved to a .keras file.
//
// Input: (batch, steps, channels); with ChannelsFirst, the channels come after the batch.
// Output: (batch, positions, Filters). Weights: kernel (positions, KernelSize·channels,
// Filters), bias (positions, Filters).
type LocallyConnected1D struct {
	Base
	locallyConnected
}

// Call returns activation(kernel·window + bias) for each position.
func (l *LocallyConnected1D) Call(s *Scope, x *graph.Node) *graph.Node { return l.call(s, x, 1) }

func (l *LocallyConnected1D) activity() Regularizer { return orNil(l.ActivityRegularizer) }

// LocallyConnected2D is [Conv2D] with a separate kernel for each position of the window. It is
// a Keras 2 layer, provided for Keras 2 files; Keras 3 does not have it, so a model that
// contains it cannot be saved to a .keras file.
//
// Input: (batch, height, width, channels); with ChannelsFirst, the channels come after the
// batch. Output: (batch, rows, columns, Filters). Weights: kernel (rows·columns,
// Π KernelSize·channels, Filters), bias (rows, columns, Filters).
type LocallyConnected2D struct {
	Base
	locallyConnected
}

// Call returns activation(kernel·window + bias) for each position.
func (l *LocallyConnected2D) Call(s *Scope, x *graph.Node) *graph.Node { return l.call(s, x, 2) }

func (l *LocallyConnected2D) activity() Regularizer { return orNil(l.ActivityRegularizer) }

// locallyConnected is shared by the layers of rank 1 and 2.
type locallyConnected struct {
	Name                string                   `keras:"name"`
	Filters             int                      `keras:"filters,required" range:"[1,inf)"`            // number of outputs; must be positive
	KernelSize          []int                    `keras:"kernel_size,required" range:"[1,inf)"`        // one number for all axes, or one per axis
	Strides             []int                    `keras:"strides" range:"[1,inf)" default:"[1]"`       // like KernelSize; nil: 1
	Padding             Padding                  `keras:"padding" default:"valid"`                     // must be Valid
	DataFormat          DataFormat               `keras:"data_format" default:"channels_last"`         // default: ChannelsLast
	Activation          activations.Activation   `keras:"activation" default:"linear"`                 // nil: linear
	NoBias              bool                     `keras:"!use_bias"`                                   // omit the bias
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                        // applied to the output; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
}

// MarshalJSON returns an error: Keras 3 has no such layer.
func (l *locallyConnected) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a locally connected layer can't be saved, for Keras 3 has none: save the weights")
}

// call computes the layer over rank spatial axes.
func (l *locallyConnected) call(s *Scope, x *graph.Node, rank int) *graph.Node {
	if l.Padding != Valid {
		graph.Errorf("Padding is %v; want valid", l.Padding)
	}
	y := inFormat(l.DataFormat, x, func(x *graph.Node) *graph.Node {
		spatial(x, rank)
		windows := ops.Patches{Size: spread("KernelSize", l.KernelSize, rank, 0), Strides: spread("Strides", l.Strides, rank, 1), Padding: ops.Valid}.Of(x)
		places := windows.Shape[1 : rank+1]
		n, wide := places.Size(), windows.Shape[rank+1]
		if l.DataFormat == ChannelsFirst { // the kernel orders the channels before the window
			channels := x.Shape[rank+1]
			windows = ops.SwapAxes(ops.Reshape(windows, -1, n, wide/channels, channels), 2, 3)
		}
		kernel := s.AddWeight(WeightSpec{Name: "kernel", Shape: graph.Shape{n, wide, l.Filters},
			Initializer: l.KernelInitializer, Regularizer: l.KernelRegularizer, Constraint: l.KernelConstraint})
		y := ops.Einsum("bpi,pif->bpf", ops.Reshape(windows, -1, n, wide), kernel)
		y = ops.Reshape(y, append(append([]int{-1}, places...), l.Filters)...)
		if l.NoBias {
			return y
		}
		return ops.Add(y, s.AddWeight(WeightSpec{Name: "bias", Shape: append(places.Clone(), l.Filters),
			Initializer: l.BiasInitializer, Regularizer: l.BiasRegularizer, Constraint: l.BiasConstraint}))
	})
	return s.activate(l.Activation, y)
}
