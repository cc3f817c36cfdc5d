// Package optimizers updates weights from gradients. It has one struct for each Keras optimizer,
// with its names, defaults and numerics. An optimizer is a description; its state is a [State],
// and its step is part of the training-step graph ([State.Apply]).
package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Optimizer describes an update rule. A custom optimizer is a struct that embeds [Options] and
// has Rate and Update.
type Optimizer interface {
	// Rate returns the learning rate and, if not nil, the schedule that overrides it.
	Rate() (rate float64, schedule Schedule)
	// Update returns the new value of the weight of s, for gradient g.
	Update(s *Step, g *graph.Node) *graph.Node
	options() *Options
}

var family = config.NewFamily[Optimizer]("optimizer", "keras.optimizers")

// ordered is an optimizer with slots that follow the other slots of all weights in Keras' files.
type ordered interface{ later() []string }

// Parse returns the optimizer with the given Keras name, such as "adam", with its defaults.
func Parse(name string) (Optimizer, error) { return family.Parse(name) }

// Register registers a custom optimizer for loading saved models, under the class name
// "package>Class". Registering a name twice panics. Call it in init.
func Register(name string, make func() Optimizer) { family.Register(name, make) }

// Options are common to all optimizers. The zero Options have no effect.
type Options struct {
	Name        string   `keras:"name"`
	WeightDecay *float64 `keras:"weight_decay"` // at every step, w -= w·rate·WeightDecay (Loshchilov & Hutter 2019); nil: the optimizer's default, usually none

	// At most one of these three is set.
	ClipNorm       float64 `keras:"clipnorm" default:"null"`        // maximum norm of a weight's gradient; 0: unlimited
	ClipValue      float64 `keras:"clipvalue" default:"null"`       // maximum absolute value of a gradient's elements; 0: unlimited
	GlobalClipNorm float64 `keras:"global_clipnorm" default:"null"` // maximum norm of all gradients together; 0: unlimited

	UseEMA                bool     `keras:"use_ema"`                                    // keep moving averages of the weights, written back at the end of training
	EMAMomentum           *float64 `keras:"ema_momentum" default:"0.99" range:"[0,1]"`  // average·EMAMomentum + w·(1-EMAMomentum); nil: 0.99
	EMAOverwriteFrequency int      `keras:"ema_overwrite_frequency" default:"null"`     // write the averages back every n steps; 0: only at the end
	LossScaleFactor       float64  `keras:"loss_scale_factor" default:"null"`           // multiplies the loss and divides the gradients; 0: 1
	AccumulationSteps     int      `keras:"gradient_accumulation_steps" default:"null"` // update every n steps with the mean gradient; 0: 1

	// NoDecay is a list of regular expressions: weights whose name (the last part of the path) or
	// path matches one are not decayed. It is Keras' exclude_from_weight_decay.
	NoDecay []string
}

func (o *Options) options() *Options { return o }

// OptionsOf returns the options of o.
func OptionsOf(o Optimizer) *Options { return o.options() }
