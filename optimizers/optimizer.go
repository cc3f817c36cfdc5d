// Package optimizers updates weights from gradients, with one struct for each optimizer of Keras
// and its names, defaults and numerics. An optimizer is a description; its state is a [State],
// and its step is part of the graph of the training step ([State.Apply]).
package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Optimizer describes an update rule. A custom optimizer is a struct that embeds [Options] and
// has Rate and Update.
type Optimizer interface {
	// Rate returns the learning rate and, if not nil, the schedule that decides it instead.
	Rate() (rate float64, schedule Schedule)
	// Update returns the new value of the weight that s is of, for gradient g.
	Update(s *Step, g *graph.Node) *graph.Node
	options() *Options
}

var family = config.NewFamily[Optimizer]("optimizer", "keras.optimizers")

// ordered is an optimizer some of whose slots stand, in Keras' files, after the other slots
// of all weights.
type ordered interface{ later() []string }

// Parse returns the optimizer that Keras calls name, such as "adam", with its defaults.
func Parse(name string) (Optimizer, error) { return family.Parse(name) }

// Register makes a custom optimizer known to saved models under the class name "package>Class".
// Registering a name twice panics; call it in init.
func Register(name string, make func() Optimizer) { family.Register(name, make) }

// Options are what all optimizers share. The zero Options change nothing.
type Options struct {
	Name        string   `keras:"name"`
	WeightDecay *float64 `keras:"weight_decay"` // of every step: w -= w·rate·WeightDecay (Loshchilov & Hutter 2019); nil: the optimizer's default, usually none

	// At most one of the three is set.
	ClipNorm       float64 `keras:"clipnorm" default:"null"`        // largest norm of a weight's gradient; 0: any
	ClipValue      float64 `keras:"clipvalue" default:"null"`       // largest absolute value of a gradient's element; 0: any
	GlobalClipNorm float64 `keras:"global_clipnorm" default:"null"` // largest norm of all gradients together; 0: any

	UseEMA                bool     `keras:"use_ema"`                                    // keep moving averages of the weights, written back at the end of training
	EMAMomentum           *float64 `keras:"ema_momentum" default:"0.99" range:"[0,1]"`  // average·EMAMomentum + w·(1-EMAMomentum); nil: 0.99
	EMAOverwriteFrequency int      `keras:"ema_overwrite_frequency" default:"null"`     // write the averages back every so many steps; 0: at the end alone
	LossScaleFactor       float64  `keras:"loss_scale_factor" default:"null"`           // the loss is multiplied by it and gradients divided; 0: 1
	AccumulationSteps     int      `keras:"gradient_accumulation_steps" default:"null"` // update after so many steps, by their mean gradient; 0: 1

	// NoDecay are regular expressions: a weight whose name (the last part of its path) or
	// path one matches is not decayed. Keras' exclude_from_weight_decay.
	NoDecay []string
}

func (o *Options) options() *Options { return o }

// OptionsOf returns what an optimizer shares with all others.
func OptionsOf(o Optimizer) *Options { return o.options() }
