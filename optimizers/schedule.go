package optimizers

import (
	"github.com/rhyton/rhyton/internal/config"
)

// A Schedule gives the learning rate of each step.
type Schedule interface {
	// Rate returns the rate of the step after that many steps.
	Rate(step int64) float64
}

// ScheduleFunc is a schedule that is a function of the steps done.
type ScheduleFunc func(step int64) float64

// Rate calls f.
func (f ScheduleFunc) Rate(step int64) float64 { return f(step) }

var schedules = config.NewFamily[Schedule]("schedule", "keras.optimizers.schedules")
