package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

// A convolution is what the convolution layers of 1 to 3 dimensions share. Its fields are
// copied from theirs.
type convolution struct {
	rank                 int
	filters              int
	kernel               []int
	strides, dilation    []int
	padding              Padding
	format               DataFormat
	groups               int
	activation           activations.Activation
	noBias               bool
	kernelInit, biasInit initializers.Initializer
	kernelReg, biasReg   regularizers.Regularizer
	kernelCon, biasCon   constraints.Constraint
}

// call convolves x and adds bias and activation.
func (c convolution) call(s *Scope, x *graph.Node) *graph.Node {
	return inFormat(c.format, x, func(x *graph.Node) *graph.Node {
		in := spatial(x, c.rank)
		channels := x.Shape[c.rank+1]
		kernel, strides, dilation := c.geometry()
		groups := max(c.groups, 1)
		if c.filters < 1 {
			graph.Errorf("Filters is %d; it must be positive", c.filters)
		}
		if channels%groups != 0 || c.filters%groups != 0 {
			graph.Errorf("Groups is %d; it must divide the %d channels and the %d filters", groups, channels, c.filters)
		}
		if c.padding == Causal && c.rank != 1 {
			graph.Errorf("Causal padding is for Conv1D alone")
		}
		w := s.Add(Spec{Name: "kernel", Shape: append(append(graph.Shape{}, kernel...), channels/groups, c.filters),
			Initializer: c.kernelInit, Regularizer: c.kernelReg, Constraint: c.kernelCon})
		y := graph.Apply(graph.Conv{Window: window(c.padding, in, kernel, strides, dilation), Groups: groups}, x, w)
		return activate(c.activation, c.addBias(s, y, c.filters))
	})
}

func (c convolution) addBias(s *Scope, y *graph.Node, n int) *graph.Node {
	if c.noBias {
		return y
	}
	return ops.Add(y, s.Add(Spec{Name: "bias", Shape: graph.Shape{n},
		Initializer: c.biasInit, Regularizer: c.biasReg, Constraint: c.biasCon}))
}

// geometry returns kernel size, strides and dilation, one number an axis.
func (c convolution) geometry() (kernel, strides, dilation []int) {
	if len(c.kernel) == 0 {
		graph.Errorf("KernelSize is missing")
	}
	kernel = spread("KernelSize", c.kernel, c.rank, 1)
	strides = spread("Strides", c.strides, c.rank, 1)
	dilation = spread("DilationRate", c.dilation, c.rank, 1)
	for i := range strides {
		for j := range dilation {
			if strides[i] > 1 && dilation[j] > 1 {
				graph.Errorf("Strides %v and DilationRate %v are both above 1", strides, dilation)
			}
		}
	}
	return kernel, strides, dilation
}
