package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[SimpleRNN]()
	register[SimpleRNNCell]()
}

// SimpleRNN is a fully connected RNN whose output is fed back as its state (Elman 1990):
// h' = activation(x·kernel + bias + h·recurrent).
//
// Input: (batch, time, features), optionally followed by the initial states, each (batch, Units),
// as further inputs of [Apply]. Output: (batch, Units), or (batch, time, Units) with
// ReturnSequences; with ReturnState also the final states, as [Value.Output] 1 and up. Masked
// steps leave the states unchanged.
// Weights: kernel (features, Units), recurrent_kernel (Units, Units), bias (Units).
type SimpleRNN struct {
	Base
	recurrentForm

	Name                 string                   `keras:"name"`
	ReturnSequences      bool                     `keras:"return_sequences"`                            // return the outputs of all steps instead of only the last
	ReturnState          bool                     `keras:"return_state"`                                // return the final states as additional results
	GoBackwards          bool                     `keras:"go_backwards"`                                // process the steps in reverse; sequences are returned in reverse order
	Stateful             bool                     `keras:"stateful"`                                    // each batch starts from the final states of the previous one; states are kept per batch size
	Unroll               bool                     `keras:"unroll"`                                      // stored for Keras compatibility; results do not depend on it
	ZeroOutputForMask    bool                     `keras:"zero_output_for_mask"`                        // output zeros at masked steps instead of the previous output
	Units                int                      `keras:"units,required" range:"[1,inf)"`              // number of outputs; must be positive
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""` // nil: Tanh
	NoBias               bool                     `keras:"!use_bias"`                                   // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`  // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                       // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                        // stored for Keras compatibility; Keras 3 does not apply it here
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                        // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
	Dropout              float64                  `keras:"dropout"`                                     // of the input, with one mask for all steps; at least 0, less than 1
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                           // of the state, with one mask for all steps and gates
	Seed                 *int64                   `keras:"seed"`                                        // stored for Keras compatibility; the model's seed is used

	cell SimpleRNNCell
}

// Call returns the output for x; with ReturnState, only the first result.
func (l *SimpleRNN) Call(s *Scope, x *graph.Node) *graph.Node {
	return l.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the output and, with ReturnState, the final states. in holds x, optionally
// followed by the initial states.
func (l *SimpleRNN) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return recurrence{cell: l.ownCell(), sequences: l.ReturnSequences, states: l.ReturnState,
		backwards: l.GoBackwards, stateful: l.Stateful, zeroMasked: l.ZeroOutputForMask}.run(s, in)
}

// ownCell returns the layer's cell, which holds its weights.
func (l *SimpleRNN) ownCell() Cell {
	c := &l.cell
	c.Units, c.Activation, c.NoBias = l.Units, l.Activation, l.NoBias
	c.KernelInitializer, c.RecurrentInitializer, c.BiasInitializer = l.KernelInitializer, l.RecurrentInitializer, l.BiasInitializer
	c.KernelRegularizer, c.RecurrentRegularizer, c.BiasRegularizer = l.KernelRegularizer, l.RecurrentRegularizer, l.BiasRegularizer
	c.KernelConstraint, c.RecurrentConstraint, c.BiasConstraint = l.KernelConstraint, l.RecurrentConstraint, l.BiasConstraint
	c.Dropout, c.RecurrentDropout = l.Dropout, l.RecurrentDropout
	return c
}

// Mask returns the mask of the input if the layer returns sequences.
func (l *SimpleRNN) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, l.ReturnSequences, in)
}

// SimpleRNNCell computes a single step of a [SimpleRNN], for use in [RNN] or by itself.
//
// Inputs: x (batch, features) and h (batch, Units), zeros if omitted. Outputs: h', h'.
type SimpleRNNCell struct {
	Base

	Name                 string                   `keras:"name"`
	Units                int                      `keras:"units,required" range:"[1,inf)"`              // number of outputs; must be positive
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""` // nil: Tanh
	NoBias               bool                     `keras:"!use_bias"`                                   // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`  // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                       // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                        // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
	Dropout              float64                  `keras:"dropout"`                                     // of the input, with one mask for all steps; at least 0, less than 1
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                           // of the state, with one mask for all steps and gates
	Seed                 *int64                   `keras:"seed"`                                        // stored for Keras compatibility; the model's seed is used
}

// Call returns the output for a single step x, starting from zero states.
func (c *SimpleRNNCell) Call(s *Scope, x *graph.Node) *graph.Node {
	return callCell(s, c, []*graph.Node{x})[0]
}

// CallAll returns the output and the next states for a single step x and the current states.
func (c *SimpleRNNCell) CallAll(s *Scope, in []*graph.Node) []*graph.Node { return callCell(s, c, in) }

func (c *SimpleRNNCell) weights() gateConfig {
	return gateConfig{units: c.Units, gates: 1, noBias: c.NoBias,
		kernelInit: c.KernelInitializer, recurrentInit: c.RecurrentInitializer, biasInit: c.BiasInitializer,
		kernelReg: c.KernelRegularizer, recurrentReg: c.RecurrentRegularizer, biasReg: c.BiasRegularizer,
		kernelCon: c.KernelConstraint, recurrentCon: c.RecurrentConstraint, biasCon: c.BiasConstraint,
		dropout: c.Dropout, recurrentDropout: c.RecurrentDropout}
}

// StateShapes returns the shape of h.
func (c *SimpleRNNCell) StateShapes(graph.Shape) []graph.Shape { return []graph.Shape{{c.Units}} }

// Begin returns the projection x·kernel + bias and the step function.
func (c *SimpleRNNCell) Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
	step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node)) {
	g := c.weights().begin(s, x)
	return g.project, func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node) {
		h := activate(c.Activation, ops.Add(x, g.recur(states[0])))
		return h, []*graph.Node{h}
	}
}
