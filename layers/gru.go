package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[GRU]()
	register[GRUCell]()
}

// GRU is a gated recurrent unit (Cho et al. 2014). Let x be the blocks of x·kernel + bias and y
// those of h·recurrent + recurrent bias, in the order z, r, h, and σ the RecurrentActivation:
//
//	z = σ(x_z + y_z)   r = σ(x_r + y_r)   h̃ = activation(x_h + r·y_h)   h' = z·h + (1-z)·h̃
//
// With ResetBefore there is a single bias and h̃ = activation(x_h + (r·h)·recurrent_h).
//
// Input: (batch, time, features), and optionally the initial states, each (batch, Units), as
// further arguments of [Apply]. Output: (batch, Units), or (batch, time, Units) with
// ReturnSequences; with ReturnState also the final states, as [Value.Output] 1 and up. Masked
// steps leave the states unchanged. The state is h. Weights: kernel (features, 3·Units),
// recurrent_kernel (Units, 3·Units), bias (2, 3·Units), for the input and the state; (3·Units)
// with ResetBefore.
type GRU struct {
	Base
	recurrentForm

	Name                 string                   `keras:"name"`
	ReturnSequences      bool                     `keras:"return_sequences"`                                         // return the outputs of all steps, not just the last
	ReturnState          bool                     `keras:"return_state"`                                             // also return the final states
	GoBackwards          bool                     `keras:"go_backwards"`                                             // process the steps in reverse order; output sequences are reversed too
	Stateful             bool                     `keras:"stateful"`                                                 // each batch starts from the final states of the previous one; states are kept per batch size
	Unroll               bool                     `keras:"unroll"`                                                   // kept for Keras files; it does not change the results
	ZeroOutputForMask    bool                     `keras:"zero_output_for_mask"`                                     // masked steps output zeros instead of the previous output
	Units                int                      `keras:"units,required" range:"[1,inf)"`                           // number of outputs; must be positive
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""`              // nil: Tanh
	RecurrentActivation  activations.Activation   `keras:"recurrent_activation" default:"sigmoid" null:"\"linear\""` // of the gates; nil: Sigmoid
	NoBias               bool                     `keras:"!use_bias"`                                                // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`              // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`               // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`                         // nil: Zeros
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                                     // applied to the output; nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // dropout rate of the input, with the same mask at all steps; in [0, 1)
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // dropout rate of the state, with the same mask at all steps and for all gates
	ResetBefore          bool                     `keras:"!reset_after"`                                             // apply the reset gate before the product with the state, as in the paper
	Seed                 *int64                   `keras:"seed"`                                                     // kept for Keras files; the model's seed is used instead

	cell GRUCell
}

// Call returns the (first) output for x.
func (g *GRU) Call(s *Scope, x *graph.Node) *graph.Node { return g.CallAll(s, []*graph.Node{x})[0] }

// CallAll returns the output and, with ReturnState, the final states, for x and optionally the
// initial states.
func (g *GRU) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return recurrence{cell: g.ownCell(), sequences: g.ReturnSequences, states: g.ReturnState,
		backwards: g.GoBackwards, stateful: g.Stateful, zeroMasked: g.ZeroOutputForMask}.run(s, in)
}

// ownCell returns the cell that holds the layer's weights.
func (g *GRU) ownCell() Cell {
	c := &g.cell
	c.Units, c.Activation, c.RecurrentActivation = g.Units, g.Activation, g.RecurrentActivation
	c.NoBias, c.KernelInitializer, c.RecurrentInitializer = g.NoBias, g.KernelInitializer, g.RecurrentInitializer
	c.BiasInitializer, c.KernelRegularizer, c.RecurrentRegularizer = g.BiasInitializer, g.KernelRegularizer, g.RecurrentRegularizer
	c.BiasRegularizer, c.KernelConstraint, c.RecurrentConstraint = g.BiasRegularizer, g.KernelConstraint, g.RecurrentConstraint
	c.BiasConstraint, c.Dropout, c.RecurrentDropout = g.BiasConstraint, g.Dropout, g.RecurrentDropout
	c.ResetBefore = g.ResetBefore
	return c
}

// Mask returns the mask of the input if the output is a sequence, and nil otherwise.
func (g *GRU) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, g.ReturnSequences, in)
}

func (g *GRU) activity() Regularizer { return orNil(g.ActivityRegularizer) }

// GRUCell is one step of a [GRU], for use in [RNN] or by itself.
//
// Inputs: x (batch, features) and optionally h (batch, Units), zeros by default.
// Outputs: h', h'.
type GRUCell struct {
	Base

	Name                 string                   `keras:"name"`
	Units                int                      `keras:"units,required" range:"[1,inf)"`                           // number of outputs; must be positive
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""`              // nil: Tanh
	RecurrentActivation  activations.Activation   `keras:"recurrent_activation" default:"sigmoid" null:"\"linear\""` // of the gates; nil: Sigmoid
	NoBias               bool                     `keras:"!use_bias"`                                                // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`              // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`               // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`                         // nil: Zeros
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // dropout rate of the input, with the same mask at all steps; in [0, 1)
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // dropout rate of the state, with the same mask at all steps and for all gates
	ResetBefore          bool                     `keras:"!reset_after"`                                             // apply the reset gate before the product with the state, as in the paper
	Seed                 *int64                   `keras:"seed"`                                                     // kept for Keras files; the model's seed is used instead
}

// Call returns the output for one step x and zero states.
func (c *GRUCell) Call(s *Scope, x *graph.Node) *graph.Node {
	return callCell(s, c, []*graph.Node{x})[0]
}

// CallAll returns the output and the next states for one step x and the states.
func (c *GRUCell) CallAll(s *Scope, in []*graph.Node) []*graph.Node { return callCell(s, c, in) }

func (c *GRUCell) weights() gateConfig {
	return gateConfig{units: c.Units, gates: 3, noBias: c.NoBias, biasShape: c.biasShape(),
		kernelInit: c.KernelInitializer, recurrentInit: c.RecurrentInitializer, biasInit: c.BiasInitializer,
		kernelReg: c.KernelRegularizer, recurrentReg: c.RecurrentRegularizer, biasReg: c.BiasRegularizer,
		kernelCon: c.KernelConstraint, recurrentCon: c.RecurrentConstraint, biasCon: c.BiasConstraint,
		dropout: c.Dropout, recurrentDropout: c.RecurrentDropout}
}

func (c *GRUCell) biasShape() graph.Shape {
	if c.ResetBefore {
		return graph.Shape{3 * c.Units}
	}
	return graph.Shape{2, 3 * c.Units}
}

// begin returns the weights, including the input bias, and the state bias, which is nil if
// there is none.
func (c *GRUCell) begin(s *Scope, x graph.Shape) (g gated, recurrentBias *graph.Node) {
	g = c.weights().begin(s, x)
	if g.bias != nil && !c.ResetBefore {
		b := ops.Unstack(g.bias, 0)
		g.bias, recurrentBias = b[0], b[1]
	}
	return g, recurrentBias
}

// StateShapes returns the shape of h.
func (c *GRUCell) StateShapes(graph.Shape) []graph.Shape { return []graph.Shape{{c.Units}} }

// Begin returns the projection x·kernel + bias and the step.
func (c *GRUCell) Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
	step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node)) {
	g, bias := c.begin(s, x)
	candidate := c.resetAfter
	if c.ResetBefore {
		candidate = c.resetBefore
	}
	return g.project, func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node) {
		h := states[0]
		z, cand := candidate(g, bias, ops.Split(x, 3, -1), h)
		h = ops.Add(ops.Multiply(z, h), ops.Multiply(ops.Subtract(ops.OnesLike(z), z), cand))
		return h, []*graph.Node{h}
	}
}

// resetAfter returns z and h̃ with the reset gate applied after the matrix product.
func (c *GRUCell) resetAfter(g gated, bias *graph.Node, x []*graph.Node, h *graph.Node) (z, candidate *graph.Node) {
	y := ops.Split(plus(g.recur(h), bias), 3, -1)
	z = activate(c.RecurrentActivation, ops.Add(x[0], y[0]))
	r := activate(c.RecurrentActivation, ops.Add(x[1], y[1]))
	return z, activate(c.Activation, ops.Add(x[2], ops.Multiply(r, y[2])))
}

// resetBefore returns z and h̃ with the reset gate applied to the state before the matrix
// product.
func (c *GRUCell) resetBefore(g gated, _ *graph.Node, x []*graph.Node, h *graph.Node) (z, candidate *graph.Node) {
	u := c.Units
	h = thinned(h, g.dropState)
	y := ops.Split(ops.MatMul(h, ops.Slice(g.recurrent, 1, 0, 2*u)), 2, -1)
	z = activate(c.RecurrentActivation, ops.Add(x[0], y[0]))
	r := activate(c.RecurrentActivation, ops.Add(x[1], y[1]))
	return z, activate(c.Activation, ops.Add(x[2], ops.MatMul(ops.Multiply(r, h), ops.Slice(g.recurrent, 1, 2*u, 3*u))))
}

// sequence runs the whole GRU as one operation if it has the default activations.
func (c *GRUCell) sequence(s *Scope, x *graph.Node, states []*graph.Node, reverse bool) (ys *graph.Node, final []*graph.Node) {
	if c.ResetBefore || c.Activation != activations.Tanh || c.RecurrentActivation != activations.Sigmoid || s.Training && c.RecurrentDropout != 0 {
		return nil, nil
	}
	g, bias := c.begin(s, x.Shape[1:])
	if bias == nil {
		bias = s.g.Const(g.recurrent.DType, 0, 3*c.Units)
	}
	n := graph.Apply(fused.GRU{Reverse: reverse}, g.project(x), g.recurrent, bias, states[0])
	return graph.ResultOf(n, 0), []*graph.Node{graph.ResultOf(n, 1)}
}
