package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

// A convolution is shared by the convolution layers of rank 1 to 3. Its fields are copied from
// theirs.
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

// call convolves x, then applies bias and activation.
func (c convolution) call(s *Scope, x *graph.Node) *graph.Node {
	return c.with(s, x, c.filters, func(x *graph.Node, channels int) *graph.Node {
		kernel, strides, dilation := c.geometry()
		groups := max(c.groups, 1)
		c.checkFilters()
		if channels%groups != 0 || c.filters%groups != 0 {
			graph.Errorf("Groups is %d; it must divide the %d channels and the %d filters", groups, channels, c.filters)
		}
		w := s.AddWeight(c.weight("kernel", kernel, channels/groups, c.filters))
		return ops.Conv{Strides: strides, Padding: ops.Padding(c.padding), Dilation: dilation, Groups: groups}.Of(x, w)
	})
}

// transpose is call for a transposed convolution.
func (c convolution) transpose(s *Scope, x *graph.Node, outputPadding []int) *graph.Node {
	return c.with(s, x, c.filters, func(x *graph.Node, channels int) *graph.Node {
		kernel, strides, dilation := c.geometry()
		c.checkFilters()
		if len(outputPadding) > 0 {
			all := each(outputPadding, c.rank, 0)
			if len(all) != c.rank {
				graph.Errorf("OutputPadding %v; want one number, or %d", outputPadding, c.rank)
			}
			for i, p := range all {
				if p < 0 || p >= strides[i] {
					graph.Errorf("OutputPadding %v; every number must be less than its stride of %v", outputPadding, strides)
				}
			}
		}
		w := s.AddWeight(c.weight("kernel", kernel, c.filters, channels))
		o := ops.Conv{Strides: strides, Padding: ops.Padding(c.padding), Dilation: dilation, OutputPadding: outputPadding}
		return o.Transpose(x, w)
	})
}

// depthwise is call for a depthwise convolution.
func (c convolution) depthwise(s *Scope, x *graph.Node, multiplier int) *graph.Node {
	return c.with(s, x, 0, func(x *graph.Node, channels int) *graph.Node {
		return c.eachChannel(s, "kernel", x, channels, multiplier)
	})
}

// separable is a depthwise convolution followed by a pointwise one with the kernel described by
// point.
func (c convolution) separable(s *Scope, x *graph.Node, multiplier int, point WeightSpec) *graph.Node {
	return c.with(s, x, c.filters, func(x *graph.Node, channels int) *graph.Node {
		c.checkFilters()
		y := c.eachChannel(s, "depthwise_kernel", x, channels, multiplier)
		point.Name = "pointwise_kernel"
		point.Shape = append(graph.Shape(each(nil, c.rank, 1)), channels*multiplier, c.filters)
		return ops.Conv{}.Of(y, s.AddWeight(point))
	})
}

func (c convolution) eachChannel(s *Scope, name string, x *graph.Node, channels, multiplier int) *graph.Node {
	kernel, strides, dilation := c.sizes()
	if multiplier < 1 {
		graph.Errorf("DepthMultiplier is %d; it must be positive", multiplier)
	}
	w := s.AddWeight(c.weight(name, kernel, channels, multiplier))
	return ops.Conv{Strides: strides, Padding: ops.Padding(c.padding), Dilation: dilation}.Depthwise(x, w)
}

// with applies f to x, converted to channels last, then bias and activation. n is the number of
// output channels; 0 means that of f's result.
func (c convolution) with(s *Scope, x *graph.Node, n int, f func(x *graph.Node, channels int) *graph.Node) *graph.Node {
	if c.padding == Causal && c.rank != 1 {
		graph.Errorf("Causal padding is for Conv1D alone")
	}
	y := inFormat(c.format, x, func(x *graph.Node) *graph.Node {
		spatial(x, c.rank)
		y := f(x, x.Shape[c.rank+1])
		if n == 0 {
			n = y.Shape[c.rank+1]
		}
		return c.addBias(s, y, n)
	})
	return s.activate(c.activation, y)
}

// weight returns the spec of a kernel with that name.
func (c convolution) weight(name string, kernel []int, in, out int) WeightSpec {
	return WeightSpec{Name: name, Shape: append(append(graph.Shape{}, kernel...), in, out),
		Initializer: c.kernelInit, Regularizer: c.kernelReg, Constraint: c.kernelCon}
}

func (c convolution) checkFilters() {
	if c.filters < 1 {
		graph.Errorf("Filters is %d; it must be positive", c.filters)
	}
}

func (c convolution) addBias(s *Scope, y *graph.Node, n int) *graph.Node {
	if c.noBias {
		return y
	}
	return ops.Add(y, s.AddWeight(WeightSpec{Name: "bias", Shape: graph.Shape{n},
		Initializer: c.biasInit, Regularizer: c.biasReg, Constraint: c.biasCon}))
}

// geometry is sizes for layers that do not support strides and dilation both above 1, as in
// Keras.
func (c convolution) geometry() (kernel, strides, dilation []int) {
	kernel, strides, dilation = c.sizes()
	for i := range strides {
		for j := range dilation {
			if strides[i] > 1 && dilation[j] > 1 {
				graph.Errorf("Strides %v and DilationRate %v are both above 1; one of them must be 1", strides, dilation)
			}
		}
	}
	return kernel, strides, dilation
}

// sizes returns kernel size, strides and dilation, one number per axis.
func (c convolution) sizes() (kernel, strides, dilation []int) {
	if len(c.kernel) == 0 {
		graph.Errorf("KernelSize is missing; want one number, or one for each of %d axes, such as []int{3}", c.rank)
	}
	kernel = spread("KernelSize", c.kernel, c.rank, 1)
	strides = spread("Strides", c.strides, c.rank, 1)
	dilation = spread("DilationRate", c.dilation, c.rank, 1)
	return kernel, strides, dilation
}
