package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

// A convLSTMCell is one step of a convolutional LSTM of rank 1 to 3, channels last. Its
// configuration is copied from the layer's.
type convLSTMCell struct {
	Base
	convolution
	gate                      activations.Activation
	zeroForget                bool
	recurrentInit             initializers.Initializer
	recurrentReg              regularizers.Regularizer
	recurrentCon              constraints.Constraint
	dropout, recurrentDropout float64
}

// run runs the cell over in: x and optionally the initial states, in the layer's data format.
func (c *convLSTMCell) run(s *Scope, r recurrence, in []*graph.Node) []*graph.Node {
	if in[0].Rank() != c.rank+3 {
		graph.Errorf("want rank %d, (batch, time, %d spatial axes and channels)", c.rank+3, c.rank)
	}
	if c.padding == Causal {
		graph.Errorf("Causal padding is for Conv1D alone")
	}
	r.cell = c
	if c.format != ChannelsFirst {
		return r.run(s, in)
	}
	last := make([]*graph.Node, len(in))
	for i, x := range in {
		last[i] = ops.MoveAxis(x, x.Rank()-c.rank-1, -1)
	}
	s.SetMask(last[0], s.Mask(in[0]))
	out := r.run(s, last)
	for i, y := range out {
		out[i] = ops.MoveAxis(y, -1, y.Rank()-c.rank-1)
	}
	return out
}

// StateShapes returns the shapes of h and c: the extents after the convolution and the filters.
func (c *convLSTMCell) StateShapes(x graph.Shape) []graph.Shape {
	kernel, strides, dilation := c.geometry()
	shape := graph.Shape{}
	for i, n := range x[1 : 1+c.rank] {
		span := (kernel[i]-1)*dilation[i] + 1
		if c.padding == Same {
			n += span - 1
		}
		if n < span {
			graph.Errorf("KernelSize %v is larger than the input %v", kernel, x[1:1+c.rank])
		}
		shape = append(shape, (n-span)/strides[i]+1)
	}
	shape = append(shape, c.filters)
	return []graph.Shape{shape, shape}
}

// Begin returns the projection conv(x, kernel) + bias and the step.
func (c *convLSTMCell) Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
	step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node)) {
	if c.filters < 1 {
		graph.Errorf("Filters is %d; it must be positive", c.filters)
	}
	size, strides, dilation := c.geometry()
	add := func(name string, channels int, i initializers.Initializer, r regularizers.Regularizer, k constraints.Constraint) *graph.Node {
		return s.AddWeight(WeightSpec{Name: name, Shape: append(append(graph.Shape{}, size...), channels, 4*c.filters), Initializer: i, Regularizer: r, Constraint: k})
	}
	kernel := add("kernel", x[c.rank+1], c.kernelInit, c.kernelReg, c.kernelCon)
	recurrent := add("recurrent_kernel", c.filters, c.recurrentInit, c.recurrentReg, c.recurrentCon)
	var bias *graph.Node
	if !c.noBias {
		bias = s.AddWeight(WeightSpec{Name: "bias", Shape: graph.Shape{4 * c.filters}, Initializer: gateBias(c.biasInit, c.zeroForget),
			Regularizer: c.biasReg, Constraint: c.biasCon})
	}
	state := append(graph.Shape{x[0]}, c.StateShapes(x)[0]...)
	drop, dropState := dropMask(s, "Dropout", c.dropout, x), dropMask(s, "RecurrentDropout", c.recurrentDropout, state)
	inside := ops.Conv{Padding: ops.Same}
	outside := ops.Conv{Strides: strides, Padding: ops.Padding(c.padding), Dilation: dilation}
	project = func(x *graph.Node) *graph.Node {
		x = thinned(x, drop)
		lead := x.Shape[:x.Rank()-c.rank-1] // (batch) or (time, batch)
		rest := x.Shape[len(lead):]
		y := outside.Of(ops.Reshape(x, append([]int{lead.Size()}, rest...)...), kernel)
		return ops.Reshape(plus(y, bias), append(lead.Clone(), y.Shape[1:]...)...)
	}
	return project, func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node) {
		z := ops.Add(x, inside.Of(thinned(states[0], dropState), recurrent))
		return lstmStep(ops.Split(z, 4, -1), states[1], c.activation, c.gate)
	}
}
