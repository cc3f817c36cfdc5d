package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[SeparableConv2D]()
}

// SeparableConv2D convolves each channel separately and then mixes the channels with a
// convolution of extent 1: activation(conv₁(conv(x, depthwise), pointwise) + bias)
// (Chollet 2017). It needs far fewer weights than a full convolution.
//
// Input: (batch, height, width, channels); with ChannelsFirst, channels follow the batch axis. Output:
// (batch, new height, new width, Filters). Weights: depthwise_kernel (KernelSize…, channels,
// DepthMultiplier), pointwise_kernel (1…, channels·DepthMultiplier, Filters), bias (Filters).
type SeparableConv2D struct {
	Base

	Name                 string                   `keras:"name"`
	DepthMultiplier      int                      `keras:"depth_multiplier" range:"[1,inf)" default:"1"`   // output channels per input channel; 0: 1
	Filters              int                      `keras:"filters,required" range:"[1,inf)"`               // output channels; must be positive
	KernelSize           []int                    `keras:"kernel_size,required" range:"[1,inf)"`           // one number for all axes, or one for each
	Strides              []int                    `keras:"strides" range:"[1,inf)" default:"[1]"`          // like KernelSize; nil: 1
	Padding              Padding                  `keras:"padding" default:"valid"`                        // Valid or Same
	DataFormat           DataFormat               `keras:"data_format" default:"channels_last"`            // default: ChannelsLast
	DilationRate         []int                    `keras:"dilation_rate" range:"[1,inf)" default:"[1]"`    // spacing of kernel elements; nil: 1
	Activation           activations.Activation   `keras:"activation" default:"linear"`                    // nil: linear
	NoBias               bool                     `keras:"!use_bias"`                                      // omit the bias
	DepthwiseInitializer initializers.Initializer `keras:"depthwise_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	PointwiseInitializer initializers.Initializer `keras:"pointwise_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer      initializers.Initializer `keras:"bias_initializer" default:"zeros"`               // nil: Zeros
	DepthwiseRegularizer regularizers.Regularizer `keras:"depthwise_regularizer"`                          // nil: none
	PointwiseRegularizer regularizers.Regularizer `keras:"pointwise_regularizer"`                          // nil: none
	BiasRegularizer      regularizers.Regularizer `keras:"bias_regularizer"`                               // nil: none
	ActivityRegularizer  regularizers.Regularizer `keras:"activity_regularizer"`                           // of the output; nil: none
	DepthwiseConstraint  constraints.Constraint   `keras:"depthwise_constraint"`                           // nil: none
	PointwiseConstraint  constraints.Constraint   `keras:"pointwise_constraint"`                           // nil: none
	BiasConstraint       constraints.Constraint   `keras:"bias_constraint"`                                // nil: none
}

// Call returns activation(conv₁(conv(x, depthwise), pointwise) + bias).
func (c *SeparableConv2D) Call(s *Scope, x *graph.Node) *graph.Node {
	point := WeightSpec{Initializer: c.PointwiseInitializer, Regularizer: c.PointwiseRegularizer, Constraint: c.PointwiseConstraint}
	return convolution{rank: 2, filters: c.Filters, kernel: c.KernelSize, strides: c.Strides, dilation: c.DilationRate,
		padding: c.Padding, format: c.DataFormat, activation: c.Activation, noBias: c.NoBias,
		kernelInit: c.DepthwiseInitializer, biasInit: c.BiasInitializer, kernelReg: c.DepthwiseRegularizer,
		biasReg: c.BiasRegularizer, kernelCon: c.DepthwiseConstraint, biasCon: c.BiasConstraint}.separable(s, x, c.DepthMultiplier, point)
}

func (c *SeparableConv2D) activity() Regularizer { return orNil(c.ActivityRegularizer) }

// Saved returns the layer with one number for each axis, as Keras saves it.
func (c SeparableConv2D) Saved() any {
	c.KernelSize, c.Strides, c.DilationRate = each(c.KernelSize, 2, 0), each(c.Strides, 2, 1), each(c.DilationRate, 2, 1)
	return c
}
