package layers

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[Dense]()
}

// Dense computes activation(x·kernel + bias) over the last axis.
//
// Input: (batch, …, in). Output: (batch, …, Units). Weights: kernel (in, Units), bias (Units).
type Dense struct {
	Base
	PassMask

	Name                string                   `keras:"name"`
	Units               int                      `keras:"units,required" range:"[1,inf)"`              // number of outputs; must be positive
	Activation          activations.Activation   `keras:"activation" default:"linear"`                 // nil: linear
	NoBias              bool                     `keras:"!use_bias"`                                   // omit the bias
	KernelInitializer   initializers.Initializer `keras:"kernel_initializer" default:"glorot_uniform"` // nil: GlorotUniform
	BiasInitializer     initializers.Initializer `keras:"bias_initializer" default:"zeros"`            // nil: Zeros
	KernelRegularizer   regularizers.Regularizer `keras:"kernel_regularizer"`                          // nil: none
	BiasRegularizer     regularizers.Regularizer `keras:"bias_regularizer"`                            // nil: none
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"`                        // applied to the output; nil: none
	KernelConstraint    constraints.Constraint   `keras:"kernel_constraint"`                           // nil: none
	BiasConstraint      constraints.Constraint   `keras:"bias_constraint"`                             // nil: none
	LoRARank            int                      `keras:"lora_rank" default:"null" range:"[0,inf)"`    // rank of the low-rank adaptation; 0: none, the kernel itself is trained
	LoRAAlpha           float64                  `keras:"lora_alpha" default:"null" range:"[0,inf)"`   // alpha of the low-rank adaptation; 0: LoRARank
	Quantization        any                      `keras:"quantization_config"`                         // kept for Keras files; nil: none
}

// Call returns activation(x·kernel + bias).
func (d *Dense) Call(s *Scope, x *graph.Node) *graph.Node {
	if d.Units < 1 {
		graph.Errorf("Units is %d; it must be positive", d.Units)
	}
	if x.Rank() < 2 {
		graph.Errorf("want rank 2 or more, (batch, features)")
	}
	in := x.Shape[x.Rank()-1]
	kernel := WeightSpec{Name: "kernel", Shape: graph.Shape{in, d.Units},
		Initializer: d.KernelInitializer, Regularizer: d.KernelRegularizer, Constraint: d.KernelConstraint}
	low := d.lora()
	w := low.fixed(s, kernel)
	var bias *graph.Node
	if !d.NoBias {
		bias = s.AddWeight(WeightSpec{Name: "bias", Shape: graph.Shape{d.Units},
			Initializer: d.BiasInitializer, Regularizer: d.BiasRegularizer, Constraint: d.BiasConstraint})
	}
	return s.activate(d.Activation, affine(x, low.add(s, kernel, w), bias))
}

func (d *Dense) activity() Regularizer { return orNil(d.ActivityRegularizer) }

// activate applies an activation; nil is linear.
func activate(a activations.Activation, x *graph.Node) *graph.Node {
	if a == nil {
		return x
	}
	return a.Apply(x)
}

// orNil converts r to this package's interface and keeps nil as nil.
func orNil(r regularizers.Regularizer) Regularizer {
	if r == nil {
		return nil
	}
	return r
}

func (d *Dense) lora() lora { return lora{rank: d.LoRARank, alpha: d.LoRAAlpha} }
