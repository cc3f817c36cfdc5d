package optimizers

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
)

// A Schedule determines the learning rate of each step.
type Schedule interface {
	// Rate returns the learning rate after the given number of steps.
	Rate(step int64) float64
}

// ScheduleFunc is a schedule given by a function of the number of completed steps. It cannot be
// saved; a registered struct can.
type ScheduleFunc func(step int64) float64

// Rate calls f.
func (f ScheduleFunc) Rate(step int64) float64 { return f(step) }

// MarshalJSON returns an error: a function cannot be saved.
func (ScheduleFunc) MarshalJSON() ([]byte, error) {
	return nil, errors.New("a schedule that is a ScheduleFunc cannot be saved; register a struct for it")
}

var schedules = config.NewFamily[Schedule]("schedule", "keras.optimizers.schedules")

// RegisterSchedule registers a custom schedule for loading saved models, under the class name
// "package>Class".
func RegisterSchedule(name string, make func() Schedule) { schedules.Register(name, make) }

// PiecewiseConstantDecay is Values[i] up to and including step Boundaries[i], and the last element
// of Values after the last boundary. Values has one element more than Boundaries.
type PiecewiseConstantDecay struct {
	Boundaries []int     `keras:"boundaries,required"`
	Values     []float64 `keras:"values,required" range:"[0,inf)"`
	Name       string    `keras:"name" default:"PiecewiseConstant"`
}

// Check returns an error if an argument is invalid.
func (p PiecewiseConstantDecay) Check() error {
	if len(p.Values) != len(p.Boundaries)+1 {
		return fmt.Errorf("PiecewiseConstantDecay: %d Values for %d Boundaries; want one more value than boundaries", len(p.Values), len(p.Boundaries))
	}
	for i := 1; i < len(p.Boundaries); i++ {
		if p.Boundaries[i] <= p.Boundaries[i-1] {
			return fmt.Errorf("PiecewiseConstantDecay: Boundaries are %v; want rising steps", p.Boundaries)
		}
	}
	return config.Check(p)
}

// Rate returns the learning rate after the given number of steps.
func (p PiecewiseConstantDecay) Rate(step int64) float64 {
	for i, b := range p.Boundaries {
		if step <= int64(b) {
			return p.Values[i]
		}
	}
	return p.Values[len(p.Values)-1]
}

func init() {
	schedules.Register("PiecewiseConstantDecay", func() Schedule { return PiecewiseConstantDecay{} })
}
