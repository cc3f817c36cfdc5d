package optimizers

import (
	"math"

	"github.com/rhyton/rhyton/internal/config"
)

type (
	// CosineDecay decays along half a cosine from InitialLearningRate to Alpha times it over
	// DecaySteps (Loshchilov & Hutter 2017). With a WarmupTarget, the rate first rises linearly to
	// it over WarmupSteps and decays from there.
	CosineDecay struct {
		InitialLearningRate float64  `keras:"initial_learning_rate" range:"[0,inf)"`
		DecaySteps          int      `keras:"decay_steps,required" range:"[1,inf)"`
		Alpha               float64  `keras:"alpha" range:"[0,inf)"`
		Name                string   `keras:"name" default:"CosineDecay"`
		WarmupTarget        *float64 `keras:"warmup_target" range:"[0,inf)"` // nil: no warmup, regardless of WarmupSteps
		WarmupSteps         int      `keras:"warmup_steps" range:"[0,inf)"`
	}
	// CosineDecayRestarts is CosineDecay that restarts after FirstDecaySteps. Each period is TMul
	// times as long and starts at MMul times the rate of the previous one; these are 2 and 1 if zero.
	CosineDecayRestarts struct {
		InitialLearningRate float64 `keras:"initial_learning_rate" range:"[0,inf)"`
		FirstDecaySteps     int     `keras:"first_decay_steps,required" range:"[1,inf)"`
		TMul                float64 `keras:"t_mul" default:"2.0" range:"[1,inf)"`
		MMul                float64 `keras:"m_mul" default:"1.0" range:"(0,inf)"`
		Alpha               float64 `keras:"alpha" range:"[0,inf)"`
		Name                string  `keras:"name" default:"SGDRDecay"`
	}
)

// halfCosine decreases from 1 to alpha as p goes from 0 to 1.
func halfCosine(p, alpha float64) float64 {
	return (1-alpha)*0.5*(1+math.Cos(math.Pi*p)) + alpha
}

// Rate returns the learning rate after the given number of steps.
func (d CosineDecay) Rate(step int64) float64 {
	from, warm := d.InitialLearningRate, int64(0)
	if d.WarmupTarget != nil {
		from, warm = *d.WarmupTarget, int64(d.WarmupSteps)
	}
	if step < warm {
		return (from-d.InitialLearningRate)*float64(step)/float64(warm) + d.InitialLearningRate
	}
	p := min(float64(step-warm)/float64(d.DecaySteps), 1)
	return from * halfCosine(p, d.Alpha)
}

// Rate returns the learning rate after the given number of steps.
func (d CosineDecayRestarts) Rate(step int64) float64 {
	d = config.Filled(d)
	p := float64(step) / float64(d.FirstDecaySteps)
	restarts := math.Floor(p)
	if d.TMul == 1 {
		p -= restarts
	} else {
		// In float32, as in Keras, so that both restart at the same step.
		restarts = math.Floor(float64(float32(math.Log(float64(float32(1-p*(1-d.TMul))))) / float32(math.Log(d.TMul))))
		length := math.Pow(d.TMul, restarts)
		p = (p - (1-length)/(1-d.TMul)) / length
	}
	fall := math.Pow(d.MMul, restarts) * 0.5 * (1 + math.Cos(math.Pi*p))
	return d.InitialLearningRate * ((1-d.Alpha)*fall + d.Alpha)
}

func init() {
	schedules.Register("CosineDecay", func() Schedule { return CosineDecay{} })
	schedules.Register("CosineDecayRestarts", func() Schedule { return CosineDecayRestarts{} })
}
