package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[Conv2D]()
}

// Conv2D convolves its input with Filters kernels: activation(conv(x, kernel) + bias).
// With Same padding and strides, an odd element of padding is added at the end, as in Keras on
// TensorFlow.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, new height, new width, Filters). Weights: kernel (KernelSize…, channels/Groups, Filters),
// bias (Filters).
type Conv2D struct {
	Base

	Name                string                   `keras:"name"`
	Filters             int                      `keras:"filters,required" range:"[1,inf)"`            // output channels; must be positive
	KernelSize          []int                    `keras:"kernel_size,required" range:"[1,inf)"`        // one number for all axes, or one for each
	Strides             []int                    `keras:"strides" range:"[1,inf)" default:"[1]"`       // like KernelSize; nil: 1
	Padding             Padding                  `keras:"padding" default:"valid"`                     // Valid or Same (not Causal)
	DataFormat          DataFormat               `keras:"data_format" default:"channels_last"`         // default: ChannelsLast
	DilationRate        []int                    `keras:"dilation_rate" range:"[1,inf)" default:"[1]"` // spacing of kernel elements; nil: 1
	Groups              int                      `keras:"groups" range:"[1,inf)" default:"1"`          // 0: 1
	Activation          activations.Activation   `keras:"activation" default:"linear"`                 // nil: linear
	NoBias              bool                     `keras:"!use_bias"`                                   // omit the bias
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                        // of the output; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
}

// Call returns activation(conv(x, kernel) + bias).
func (c *Conv2D) Call(s *Scope, x *graph.Node) *graph.Node {
	return convolution{rank: 2, filters: c.Filters, kernel: c.KernelSize, strides: c.Strides, dilation: c.DilationRate,
		padding: c.Padding, format: c.DataFormat, groups: c.Groups, activation: c.Activation, noBias: c.NoBias,
		kernelInit: c.KernelInitializer, biasInit: c.BiasInitializer, kernelReg: c.KernelRegularizer,
		biasReg: c.BiasRegularizer, kernelCon: c.KernelConstraint, biasCon: c.BiasConstraint}.call(s, x)
}

func (c *Conv2D) activity() Regularizer { return orNil(c.ActivityRegularizer) }

// Saved returns the layer with one number for each axis, as Keras saves it.
func (c Conv2D) Saved() any {
	c.KernelSize, c.Strides, c.DilationRate = each(c.KernelSize, 2, 0), each(c.Strides, 2, 1), each(c.DilationRate, 2, 1)
	return c
}
