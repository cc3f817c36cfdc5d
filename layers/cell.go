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

// A Cell is one step of a recurrent layer, for use with [RNN]. A struct that embeds [Base] and
// has these methods is a Cell.
type Cell interface {
	Module
	// StateShapes returns the shapes of the states of one sample, where one step of the input
	// has shape x = (batch, features…).
	StateShapes(x graph.Shape) []graph.Shape
	// Begin prepares a run over time whose steps have shape x = (batch, features…). It creates
	// or gets the weights from the scope and draws random numbers; a step can do neither.
	//
	// project maps the input before the loop: either all steps (time, batch, features…) at once
	// or one step (batch, features…). It should do the work that does not depend on the states,
	// such as x·kernel + bias. A nil project leaves the input unchanged.
	//
	// step maps one projected step and the states (batch, …) to the output and the next states.
	Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
		step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node))
}

// A sequencer is a cell that may be able to process a sequence faster than step by step.
type sequencer interface {
	// sequence returns the outputs of all steps and the final states, the first of which is the
	// last output. It returns nil if there is no fast path.
	sequence(s *Scope, x *graph.Node, states []*graph.Node, reverse bool) (ys *graph.Node, final []*graph.Node)
}

// callCell applies a cell as a layer: in holds one step (batch, features…) and optionally the
// states, zeros by default. It returns the output and the next states.
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

// checkStates checks the given states and returns them in the compute type, or nil if there are
// none.
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

// gateConfig is shared by the cells with dense gates. Its fields are copied from theirs.
type gateConfig struct {
	units, gates                        int
	noBias                              bool
	biasShape                           graph.Shape
	kernelInit, recurrentInit, biasInit initializers.Initializer
	kernelReg, recurrentReg, biasReg    regularizers.Regularizer
	kernelCon, recurrentCon, biasCon    constraints.Constraint
	dropout, recurrentDropout           float64
}

// A gated is a gateConfig for one run over time: the weights, and the dropout masks, which are
// the same at all steps (Gal & Ghahramani 2016).
type gated struct {
	kernel, recurrent, bias *graph.Node // bias is nil if there is none
	drop, dropState         *graph.Node // (batch, features) and (batch, units); nil: no dropout
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

// dropMask returns the factors of dropout, each 0 or 1/(1-rate), or nil if there is no dropout.
func dropMask(s *Scope, what string, rate float64, shape graph.Shape) *graph.Node {
	if !(rate >= 0 && rate < 1) {
		graph.Errorf("%s is %v; it must be at least 0 and less than 1", what, rate)
	}
	if !s.Training || rate == 0 {
		return nil
	}
	return drop(s, s.g.Const(s.policy().compute(), 1, shape...), rate, nil)
}

// thinned returns x multiplied by a dropout mask, which may be nil.
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

// affine returns x·kernel + bias over the last axis, computed as one matrix product of all rows
// directly followed by the bias, so that a device can fuse the addition into the product.
func affine(x, kernel, bias *graph.Node) *graph.Node {
	lead := x.Shape[:x.Rank()-1].Clone()
	y := plus(ops.MatMul(ops.Reshape(x, lead.Size(), kernel.Shape[0]), kernel), bias)
	return ops.Reshape(y, append(lead, kernel.Shape[1])...)
}

// plus adds a bias, which may be nil.
func plus(x, bias *graph.Node) *graph.Node {
	if bias == nil {
		return x
	}
	return ops.Add(x, bias)
}

// forgetOne initializes the biases of four gates with init, except for the second, the forget
// gate, which it initializes to 1, so that the memory persists at the start (Jozefowicz et al.
// 2015).
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

// CheckShape returns an error if init can't make the biases.
func (f forgetOne) CheckShape(shape tensor.Shape) error {
	return checkShape(f.init, tensor.Shape{shape[0] / 4})
}

// gateBias returns the initializer of an LSTM's biases.
func gateBias(init initializers.Initializer, zeroForget bool) initializers.Initializer {
	if zeroForget {
		return init
	}
	return forgetOne{init}
}

// stateName returns the name of the i-th state that a layer keeps between batches of the given
// size.
func stateName(i, batch int) string { return fmt.Sprintf("rnn_state_%d_of_%d", i, batch) }
