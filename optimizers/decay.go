package optimizers

import (
	"math"

	"github.com/rhyton/rhyton/internal/config"
)

type (
	// ExponentialDecay is InitialLearningRate·DecayRate^(step/DecaySteps). Staircase rounds the
	// exponent down to an integer.
	ExponentialDecay struct {
		InitialLearningRate float64 `keras:"initial_learning_rate" range:"[0,inf)"`
		DecaySteps          int     `keras:"decay_steps,required" range:"[1,inf)"`
		DecayRate           float64 `keras:"decay_rate" range:"[0,inf)"`
		Staircase           bool    `keras:"staircase"`
		Name                string  `keras:"name" default:"ExponentialDecay"`
	}
	// InverseTimeDecay is InitialLearningRate/(1 + DecayRate·step/DecaySteps). Staircase rounds
	// step/DecaySteps down to an integer.
	InverseTimeDecay struct {
		InitialLearningRate float64 `keras:"initial_learning_rate" range:"[0,inf)"`
		DecaySteps          int     `keras:"decay_steps,required" range:"[1,inf)"`
		DecayRate           float64 `keras:"decay_rate" range:"[0,inf)"`
		Staircase           bool    `keras:"staircase"`
		Name                string  `keras:"name" default:"InverseTimeDecay"`
	}
	// PolynomialDecay decays from InitialLearningRate to EndLearningRate, 0.0001 if nil, over
	// DecaySteps, as (1 - step/DecaySteps)^Power, with Power 1 if nil. After that it stays
	// constant, or with Cycle restarts, each time over a period that is DecaySteps longer.
	PolynomialDecay struct {
		InitialLearningRate float64  `keras:"initial_learning_rate" range:"[0,inf)"`
		DecaySteps          int      `keras:"decay_steps,required" range:"[1,inf)"`
		EndLearningRate     *float64 `keras:"end_learning_rate" default:"0.0001" range:"[0,inf)"`
		Power               *float64 `keras:"power" default:"1.0"`
		Cycle               bool     `keras:"cycle"`
		Name                string   `keras:"name" default:"PolynomialDecay"`
	}
)

// progress returns step/steps, rounded down to an integer if stairs is set.
func progress(step int64, steps int, stairs bool) float64 {
	p := float64(step) / float64(steps)
	if stairs {
		return math.Floor(p)
	}
	return p
}

// Rate returns the learning rate after the given number of steps.
func (d ExponentialDecay) Rate(step int64) float64 {
	return d.InitialLearningRate * math.Pow(d.DecayRate, progress(step, d.DecaySteps, d.Staircase))
}

// Rate returns the learning rate after the given number of steps.
func (d InverseTimeDecay) Rate(step int64) float64 {
	return d.InitialLearningRate / (1 + d.DecayRate*progress(step, d.DecaySteps, d.Staircase))
}

// Rate returns the learning rate after the given number of steps.
func (d PolynomialDecay) Rate(step int64) float64 {
	d = config.Filled(d)
	t, steps := float64(step), float64(d.DecaySteps)
	if d.Cycle {
		steps *= max(math.Ceil(t/steps), 1)
	}
	t = min(t, steps)
	return (d.InitialLearningRate-*d.EndLearningRate)*math.Pow(1-t/steps, *d.Power) + *d.EndLearningRate
}

func init() {
	schedules.Register("ExponentialDecay", func() Schedule { return ExponentialDecay{} })
	schedules.Register("InverseTimeDecay", func() Schedule { return InverseTimeDecay{} })
	schedules.Register("PolynomialDecay", func() Schedule { return PolynomialDecay{} })
}
