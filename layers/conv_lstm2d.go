package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[ConvLSTM2D]()
}

// ConvLSTM2D is an [LSTM] whose products with kernel and recurrent_kernel are convolutions
// (Shi et al. 2015): the states are images, (batch, new height, new width, Filters). The convolution of the
// state has Same padding.
//
// Input: (batch, time, height, width, channels), and optionally the initial h and c as
// further values of [Apply]; with ChannelsFirst, channels follow the time axis. Output: (batch, new height, new width,
// Filters), or (batch, time, …) with ReturnSequences; with ReturnState h and c too. Weights:
// kernel (KernelSize…, channels, 4·Filters), recurrent_kernel (KernelSize…, Filters, 4·Filters),
// bias (4·Filters).
type ConvLSTM2D struct {
	Base
	recurrentForm

	Name                 string                   `keras:"name"`
	ReturnSequences      bool                     `keras:"return_sequences"`                                         // return the outputs of all steps, not only the last
	ReturnState          bool                     `keras:"return_state"`                                             // also return the last states
	GoBackwards          bool                     `keras:"go_backwards"`                                             // process from the last step to the first; sequences are returned in that order
	Stateful             bool                     `keras:"stateful"`                                                 // each batch starts with the final states of the previous one; states are kept per batch size
	Unroll               bool                     `keras:"unroll"`                                                   // stored for Keras compatibility; results are the same
	ZeroOutputForMask    bool                     `keras:"zero_output_for_mask"`                                     // masked steps output zeros instead of the previous output
	Filters              int                      `keras:"filters,required" range:"[1,inf)"`                         // output channels; must be positive
	KernelSize           []int                    `keras:"kernel_size,required"`                                     // one number for all axes, or one for each
	Strides              []int                    `keras:"strides" default:"[1]"`                                    // of the input's convolution, as KernelSize; nil: 1
	Padding              Padding                  `keras:"padding"`                                                  // of the input's convolution: Valid or Same
	DataFormat           DataFormat               `keras:"data_format"`                                              // default: ChannelsLast
	DilationRate         []int                    `keras:"dilation_rate" default:"[1]"`                              // of the input's convolution; nil: 1
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""`              // nil: Tanh
	RecurrentActivation  activations.Activation   `keras:"recurrent_activation" default:"sigmoid" null:"\"linear\""` // of the gates; nil: Sigmoid
	NoBias               bool                     `keras:"!use_bias"`                                                // omit the bias
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`              // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`               // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`                         // nil: Zeros
	ZeroForgetBias       bool                     `keras:"!unit_forget_bias"`                                        // initialize the forget gate's bias with BiasInitializer instead of 1
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                                     // of the output; nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // of the input, the same in all steps; in [0, 1)
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // of the state, the same in all steps and for all gates
	Seed                 *int64                   `keras:"seed"`                                                     // stored for Keras compatibility; the model's seed is used

	cell convLSTMCell
}

// Call returns the (first) output for x.
func (l *ConvLSTM2D) Call(s *Scope, x *graph.Node) *graph.Node {
	return l.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the output and, with ReturnState, h and c, for x and optionally the initial
// states.
func (l *ConvLSTM2D) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	c := &l.cell
	c.convolution = convolution{rank: 2, filters: l.Filters, kernel: l.KernelSize, strides: l.Strides, dilation: l.DilationRate,
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer, kernelReg: l.KernelRegularizer,
		biasReg: l.BiasRegularizer, kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint}
	c.gate, c.zeroForget = l.RecurrentActivation, l.ZeroForgetBias
	c.recurrentInit, c.recurrentReg, c.recurrentCon = l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint
	c.dropout, c.recurrentDropout = l.Dropout, l.RecurrentDropout
	return c.run(s, recurrence{sequences: l.ReturnSequences, states: l.ReturnState, backwards: l.GoBackwards,
		stateful: l.Stateful, zeroMasked: l.ZeroOutputForMask}, in)
}

// Mask returns the mask of the input if the output is a sequence.
func (l *ConvLSTM2D) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, l.ReturnSequences, in)
}

func (l *ConvLSTM2D) activity() Regularizer { return orNil(l.ActivityRegularizer) }

// Saved returns the layer with one number for each axis, as Keras saves it.
func (c ConvLSTM2D) Saved() any {
	c.KernelSize, c.Strides, c.DilationRate = each(c.KernelSize, 2, 0), each(c.Strides, 2, 1), each(c.DilationRate, 2, 1)
	return c
}
