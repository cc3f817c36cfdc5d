package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[ConvLSTM3D]()
}

// ConvLSTM3D is an [LSTM] whose products with kernel and recurrent_kernel are convolutions
// (Shi et al. 2015): the states are images, (batch, new depth, new height, new width, Filters). The convolution of the
// state pads it to its own size.
//
// Input: (batch, time, depth, height, width, channels), and perhaps the initial h and c as
// further values of [Apply]; ChannelsFirst: channels after time. Output: (batch, new depth, new height, new width,
// Filters), or (batch, time, …) with ReturnSequences; with ReturnState h and c too. Weights:
// kernel (KernelSize…, channels, 4·Filters), recurrent_kernel (KernelSize…, Filters, 4·Filters),
// bias (4·Filters).
type ConvLSTM3D struct {
	Base
	recurrentForm

	Name                 string                   `keras:"name"`
	ReturnSequences      bool                     `keras:"return_sequences"`                                         // the outputs of all steps, not the last alone
	ReturnState          bool                     `keras:"return_state"`                                             // the last states as further results
	GoBackwards          bool                     `keras:"go_backwards"`                                             // from the last step to the first; sequences come out in that order
	Stateful             bool                     `keras:"stateful"`                                                 // each batch begins with the states after the one before; every batch size has its own
	Unroll               bool                     `keras:"unroll"`                                                   // kept for Keras' files; the numbers are the same
	ZeroOutputForMask    bool                     `keras:"zero_output_for_mask"`                                     // masked steps give zeros, not the output before
	Filters              int                      `keras:"filters,required" range:"[1,inf)"`                         // outputs; must be positive
	KernelSize           []int                    `keras:"kernel_size,required"`                                     // one number for all axes, or one each
	Strides              []int                    `keras:"strides" default:"[1]"`                                    // of the input's convolution, as KernelSize; nil: 1
	Padding              Padding                  `keras:"padding"`                                                  // of the input's convolution: Valid or Same
	DataFormat           DataFormat               `keras:"data_format"`                                              // zero: ChannelsLast
	DilationRate         []int                    `keras:"dilation_rate" default:"[1]"`                              // of the input's convolution; nil: 1
	Activation           activations.Activation   `keras:"activation" default:"tanh" null:"\"linear\""`              // nil: Tanh
	RecurrentActivation  activations.Activation   `keras:"recurrent_activation" default:"sigmoid" null:"\"linear\""` // of the gates; nil: Sigmoid
	NoBias               bool                     `keras:"!use_bias"`                                                // leave the bias out
	KernelInitializer    initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"`              // nil: GlorotUniform
	RecurrentInitializer initializers.Initializer `keras:"recurrent_initializer" default:"orthogonal"`               // nil: Orthogonal
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`                         // nil: Zeros
	ZeroForgetBias       bool                     `keras:"!unit_forget_bias"`                                        // BiasInitializer for the forget gate too, not 1
	KernelRegularizer    regularizers.Regularizer `keras:"kernel_regularizer"`                                       // nil: none
	RecurrentRegularizer regularizers.Regularizer `keras:"recurrent_regularizer"`                                    // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                                         // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                                     // of the output; nil: none
	KernelConstraint     constraints.Constraint   `keras:"kernel_constraint"`                                        // nil: none
	RecurrentConstraint  constraints.Constraint   `keras:"recurrent_constraint"`                                     // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                          // nil: none
	Dropout              float64                  `keras:"dropout"`                                                  // of the input, the same in all steps; at least 0, less than 1
	RecurrentDropout     float64                  `keras:"recurrent_dropout"`                                        // of the state, the same in all steps and for all gates
	Seed                 *int64                   `keras:"seed"`                                                     // kept for Keras' files; the model's seed decides

	cell convLSTMCell
}

// Call returns the (first) output for x.
func (l *ConvLSTM3D) Call(s *Scope, x *graph.Node) *graph.Node {
	return l.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the output and, with ReturnState, h and c, for x and perhaps the initial
// states.
func (l *ConvLSTM3D) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	c := &l.cell
	c.convolution = convolution{rank: 3, filters: l.Filters, kernel: l.KernelSize, strides: l.Strides, dilation: l.DilationRate,
		padding: l.Padding, format: l.DataFormat, activation: l.Activation, noBias: l.NoBias,
		kernelInit: l.KernelInitializer, biasInit: l.BiasInitializer, kernelReg: l.KernelRegularizer,
		biasReg: l.BiasRegularizer, kernelCon: l.KernelConstraint, biasCon: l.BiasConstraint}
	c.gate, c.zeroForget = l.RecurrentActivation, l.ZeroForgetBias
	c.recurrentInit, c.recurrentReg, c.recurrentCon = l.RecurrentInitializer, l.RecurrentRegularizer, l.RecurrentConstraint
	c.dropout, c.recurrentDropout = l.Dropout, l.RecurrentDropout
	return c.run(s, recurrence{sequences: l.ReturnSequences, states: l.ReturnState, backwards: l.GoBackwards,
		stateful: l.Stateful, zeroMasked: l.ZeroOutputForMask}, in)
}

// Mask returns the mask of the input if the output is a sequence too.
func (l *ConvLSTM3D) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, l.ReturnSequences, in)
}

func (l *ConvLSTM3D) activity() Regularizer { return orNil(l.ActivityRegularizer) }

// Saved returns the layer with one number for each axis, as Keras writes it.
func (c ConvLSTM3D) Saved() any {
	c.KernelSize, c.Strides, c.DilationRate = each(c.KernelSize, 3, 0), each(c.Strides, 3, 1), each(c.DilationRate, 3, 1)
	return c
}
