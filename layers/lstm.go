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
	register[LSTM]()
	register[LSTMCell]()
}

// LSTM is a long short-term memory (Hochreiter & Schmidhuber 1997) with forget gates. Let i, f,
// c̃, o be the four blocks of x·kernel + bias + h·recurrent and σ the RecurrentActivation:
//
//	c' = σ(f)·c + σ(i)·activation(c̃)    h' = σ(o)·activation(c')
//
// Input: (batch, time, features), and optionally the initial states, each (batch, Units), as
// further arguments of [Apply]. Output: (batch, Units), or (batch, time, Units) with
// ReturnSequences; with ReturnState also the final states, as [Value.Output] 1 and up. Masked
// steps leave the states unchanged. The states are h and c. Weights: kernel (features,
// 4·Units), recurrent_kernel (Units, 4·Units), bias (4·Units).
type LSTM struct {
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
	ZeroForgetBias       bool                     `keras:"!unit_forget_bias"`                                        // use BiasInitializer for the forget gate too, instead of 1
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                                     // applied to the output; nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // dropout rate of the input, with the same mask at all steps; in [0, 1)
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // dropout rate of the state, with the same mask at all steps and for all gates
	Seed                 *int64                   `keras:"seed"`                                                     // kept for Keras files; the model's seed is used instead

	cell LSTMCell
}

// Call returns the (first) output for x.
func (l *LSTM) Call(s *Scope, x *graph.Node) *graph.Node { return l.CallAll(s, []*graph.Node{x})[0] }

// CallAll returns the output and, with ReturnState, the final states, for x and optionally the
// initial states.
func (l *LSTM) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return recurrence{cell: l.ownCell(), sequences: l.ReturnSequences, states: l.ReturnState,
		backwards: l.GoBackwards, stateful: l.Stateful, zeroMasked: l.ZeroOutputForMask}.run(s, in)
}

// ownCell returns the cell that holds the layer's weights.
func (l *LSTM) ownCell() Cell {
	c := &l.cell
	c.Units, c.Activation, c.RecurrentActivation = l.Units, l.Activation, l.RecurrentActivation
	c.NoBias, c.KernelInitializer, c.RecurrentInitializer = l.NoBias, l.KernelInitializer, l.RecurrentInitializer
	c.BiasInitializer, c.ZeroForgetBias, c.KernelRegularizer = l.BiasInitializer, l.ZeroForgetBias, l.KernelRegularizer
	c.RecurrentRegularizer, c.BiasRegularizer, c.KernelConstraint = l.RecurrentRegularizer, l.BiasRegularizer, l.KernelConstraint
	c.RecurrentConstraint, c.BiasConstraint, c.Dropout = l.RecurrentConstraint, l.BiasConstraint, l.Dropout
	c.RecurrentDropout = l.RecurrentDropout
	return c
}

// Mask returns the mask of the input if the output is a sequence, and nil otherwise.
func (l *LSTM) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, l.ReturnSequences, in)
}

func (l *LSTM) activity() Regularizer { return orNil(l.ActivityRegularizer) }

// LSTMCell is one step of an [LSTM], for use in [RNN] or by itself.
//
// Inputs: x (batch, features) and optionally h and c (batch, Units), zeros by default.
// Outputs: h', h', c'.
type LSTMCell struct {
	Base

	Name                 string                   `keras:"name"`
	Units                int                      `keras:"units,required" range:"[1,inf)"`                           // number of outputs; must be positive
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""`              // nil: Tanh
	RecurrentActivation  activations.Activation   `keras:"recurrent_activation" default:"sigmoid" null:"\"linear\""` // of the gates; nil: Sigmoid
	NoBias               bool                     `keras:"!use_bias"`                                                // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`              // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`               // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`                         // nil: Zeros
	ZeroForgetBias       bool                     `keras:"!unit_forget_bias"`                                        // use BiasInitializer for the forget gate too, instead of 1
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // dropout rate of the input, with the same mask at all steps; in [0, 1)
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // dropout rate of the state, with the same mask at all steps and for all gates
	Seed                 *int64                   `keras:"seed"`                                                     // kept for Keras files; the model's seed is used instead
}

// Call returns the output for one step x and zero states.
func (c *LSTMCell) Call(s *Scope, x *graph.Node) *graph.Node {
	return callCell(s, c, []*graph.Node{x})[0]
}

// CallAll returns the output and the next states for one step x and the states.
func (c *LSTMCell) CallAll(s *Scope, in []*graph.Node) []*graph.Node { return callCell(s, c, in) }

func (c *LSTMCell) weights() gateConfig {
	return gateConfig{units: c.Units, gates: 4, noBias: c.NoBias,
		kernelInit: c.KernelInitializer, recurrentInit: c.RecurrentInitializer, biasInit: gateBias(c.BiasInitializer, c.ZeroForgetBias),
		kernelReg: c.KernelRegularizer, recurrentReg: c.RecurrentRegularizer, biasReg: c.BiasRegularizer,
		kernelCon: c.KernelConstraint, recurrentCon: c.RecurrentConstraint, biasCon: c.BiasConstraint,
		dropout: c.Dropout, recurrentDropout: c.RecurrentDropout}
}

// StateShapes returns the shapes of h and c.
func (c *LSTMCell) StateShapes(graph.Shape) []graph.Shape {
	return []graph.Shape{{c.Units}, {c.Units}}
}

// Begin returns the projection x·kernel + bias and the step.
func (c *LSTMCell) Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
	step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node)) {
	g := c.weights().begin(s, x)
	return g.project, func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node) {
		z := ops.Split(ops.Add(x, g.recur(states[0])), 4, -1)
		return lstmStep(z, states[1], c.Activation, c.RecurrentActivation)
	}
}

// lstmStep returns h' and the next states, given the gates' inputs i, f, c̃, o and the cell
// state c.
func lstmStep(z []*graph.Node, c *graph.Node, activation, gate activations.Activation) (h *graph.Node, next []*graph.Node) {
	i, f, g, o := activate(gate, z[0]), activate(gate, z[1]), activate(activation, z[2]), activate(gate, z[3])
	c = ops.Add(ops.Multiply(f, c), ops.Multiply(i, g))
	h = ops.Multiply(o, activate(activation, c))
	return h, []*graph.Node{h, c}
}

// sequence runs the whole LSTM as one operation if it has the default activations.
func (c *LSTMCell) sequence(s *Scope, x *graph.Node, states []*graph.Node, reverse bool) (ys *graph.Node, final []*graph.Node) {
	if c.Activation != activations.Tanh || c.RecurrentActivation != activations.Sigmoid || s.Training && c.RecurrentDropout != 0 {
		return nil, nil
	}
	g := c.weights().begin(s, x.Shape[1:])
	n := graph.Apply(fused.LSTM{Reverse: reverse}, g.project(x), g.recurrent, states[0], states[1])
	return graph.ResultOf(n, 0), []*graph.Node{graph.ResultOf(n, 1), graph.ResultOf(n, 2)}
}
