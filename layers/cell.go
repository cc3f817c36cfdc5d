package layers

import (
	"fmt"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
	"github.com/rhyton/rhyton/tensor"
)

// A Cell is one step of a recurrent layer, for [RNN]. A struct that embeds [Base] and has
// these methods is one.
type Cell interface {
	Module
	// StateShapes returns the shapes of the states of one sample, where one step of the
	// input has shape x = (batch, features…).
	StateShapes(x graph.Shape) []graph.Shape
	// Begin prepares a run over time whose steps have shape x = (batch, features…). It asks
	// the scope for the weights and draws what is random; neither can be done in a step.
	//
	// project maps the input before the loop, all steps (time, batch, features…) at once or
	// one (batch, features…): here belongs what does not need the states, such as
	// x·kernel + bias. nil leaves the input as it is.
	//
	// step maps one projected step and the states (batch, …) to the output and the next states.
	Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
		step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node))
}

// A sequencer is a cell that may be able to run over time faster than step by step.
type sequencer interface {
	// sequence returns the outputs of all steps and the last states, of which the first is the
	// last output; nil if it is not able.
	sequence(s *Scope, x *graph.Node, states []*graph.Node, reverse bool) (ys *graph.Node, final []*graph.Node)
}

// callCell applies a cell as a layer: in is one step (batch, features…) and the states,
// zeros if there are none; it returns the output and the next states.
func callCell(s *Scope, c Cell, in []*graph.Node) []*graph.Node {
	x := in[0]
	states := checkStates(s, c, x.Shape, in[1:])
	if states == nil {
		states = zeroStates(s, c, x.Shape)
	}
	project, step := c.Begin(s, x.Shape)
	if project != nil {
		x = project(x)
	}
	y, next := step(x, states)
	return append([]*graph.Node{y}, next...)
}

// checkStates returns the given states, nil if there are none.
func checkStates(s *Scope, c Cell, x graph.Shape, given []*graph.Node) []*graph.Node {
	if len(given) == 0 {
		return nil
	}
	shapes := c.StateShapes(x)
	if len(given) != len(shapes) {
		graph.Errorf("%d initial states were given; there are %d", len(given), len(shapes))
	}
	out := make([]*graph.Node, len(given))
	for i, n := range given {
		if want := append(graph.Shape{x[0]}, shapes[i]...); !n.Shape.Equal(want) {
			graph.Errorf("initial state %d is of shape %v; want %v", i, n.Shape, want)
		}
		out[i] = ops.Cast(n, s.policy().compute())
	}
	return out
}

func zeroStates(s *Scope, c Cell, x graph.Shape) (states []*graph.Node) {
	for _, shape := range c.StateShapes(x) {
		states = append(states, s.g.Const(s.policy().compute(), 0, append(graph.Shape{x[0]}, shape...)...))
	}
	return states
}

// gateConfig is what the cells with dense gates share. Its fields are copied from theirs.
type gateConfig struct {
	units, gates                        int
	noBias                              bool
	biasShape                           graph.Shape
	kernelInit, recurrentInit, biasInit initializers.Initializer
	kernelReg, recurrentReg, biasReg    regularizers.Regularizer
	kernelCon, recurrentCon, biasCon    constraints.Constraint
	dropout, recurrentDropout           float64
}

// A gated is a gateConfig for one run over time: the weights, and the dropout masks, which
// stay the same in all steps (Gal & Ghahramani 2016).
type gated struct {
	kernel, recurrent, bias *graph.Node // bias is nil if there is none
	drop, dropState         *graph.Node // (batch, features) and (batch, units); nil: nothing is dropped
}

func (c gateConfig) begin(s *Scope, x graph.Shape) gated {
	if c.units < 1 {
		graph.Errorf("Units is %d; it must be positive", c.units)
	}
	if len(x) != 2 {
		graph.Errorf("a step of the input is of shape %v; want (batch, features)", x)
	}
	n := c.units * c.gates
	g := gated{
		kernel: s.AddWeight(WeightSpec{Name: "kernel", Shape: graph.Shape{x[1], n},
			Initializer: c.kernelInit, Regularizer: c.kernelReg, Constraint: c.kernelCon}),
		recurrent: s.AddWeight(WeightSpec{Name: "recurrent_kernel", Shape: graph.Shape{c.units, n},
			Initializer: c.recurrentInit, Regularizer: c.recurrentReg, Constraint: c.recurrentCon}),
	}
	if !c.noBias {
		shape := c.biasShape
		if shape == nil {
			shape = graph.Shape{n}
		}
		g.bias = s.AddWeight(WeightSpec{Name: "bias", Shape: shape, Initializer: c.biasInit, Regularizer: c.biasReg, Constraint: c.biasCon})
	}
	g.drop = dropMask(s, "Dropout", c.dropout, x)
	g.dropState = dropMask(s, "RecurrentDropout", c.recurrentDropout, graph.Shape{x[0], c.units})
	return g
}

// dropMask returns what dropout multiplies by: 0, or 1/(1-rate); nil if nothing is dropped.
func dropMask(s *Scope, what string, rate float64, shape graph.Shape) *graph.Node {
	if !(rate >= 0 && rate < 1) {
		graph.Errorf("%s is %v; it must be at least 0 and less than 1", what, rate)
	}
	if !s.Training || rate == 0 {
		return nil
	}
	return drop(s, s.g.Const(s.policy().compute(), 1, shape...), rate, nil)
}

// thinned returns x with a dropout mask, which may be nil, applied.
func thinned(x, mask *graph.Node) *graph.Node {
	if mask == nil {
		return x
	}
	return ops.Multiply(x, mask)
}

// project returns x·kernel + bias.
func (g gated) project(x *graph.Node) *graph.Node {
	return affine(thinned(x, g.drop), g.kernel, g.bias)
}

// recur returns h·recurrent.
func (g gated) recur(h *graph.Node) *graph.Node {
	return ops.MatMul(thinned(h, g.dropState), g.recurrent)
}

// affine returns x·kernel + bias over the last axis, as one product of all rows with the bias
// next to it: so a device can add it within the product.
func affine(x, kernel, bias *graph.Node) *graph.Node {
	lead := x.Shape[:x.Rank()-1].Clone()
	y := plus(ops.MatMul(ops.Reshape(x, lead.Size(), kernel.Shape[0]), kernel), bias)
	return ops.Reshape(y, append(lead, kernel.Shape[1])...)
}

// plus adds a bias that may be nil.
func plus(x, bias *graph.Node) *graph.Node {
	if bias == nil {
		return x
	}
	return ops.Add(x, bias)
}

// forgetOne initializes the biases of four gates by init, but those of the second, the
// forget gate, by 1, so that memory lasts from the start (Jozefowicz et al. 2015).
type forgetOne struct{ init initializers.Initializer }

// Make returns the biases, a vector of four blocks.
func (f forgetOne) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	u := shape[0] / 4
	parts := make([]*tensor.Tensor, 3)
	for i, init := range []initializers.Initializer{f.init, initializers.Ones{}, f.init} {
		var err error
		if parts[i], err = init.Make(dtype, tensor.Shape{[]int{u, u, 2 * u}[i]}, key+uint64(i)); err != nil {
			return nil, err
		}
	}
	t := tensor.Concat(0, parts...)
	return t, t.Err()
}

// gateBias is the initializer of an LSTM's biases.
func gateBias(init initializers.Initializer, zeroForget bool) initializers.Initializer {
	if zeroForget {
		return init
	}
	return forgetOne{init}
}

// stateName is the name of the i-th state that a layer keeps from run to run, for batches
// of that size.
func stateName(i, batch int) string { return fmt.Sprintf("rnn_state_%d_of_%d", i, batch) }
