package callbacks

import (
	"errors"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/training"
)

// LearningRateScheduler sets the learning rate before each epoch to the result of Schedule, which
// is called with the epoch number (from 0) and the current rate. Like the Keras callback, it adds
// "learning_rate" to the logs. The schedules in package optimizers change the rate at every step
// instead.
type LearningRateScheduler struct {
	Schedule func(epoch int, rate float64) float64
}

// On implements [Callback].
func (s *LearningRateScheduler) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		if s.Schedule == nil {
			return errors.New("Schedule is nil: want a function of epoch and rate")
		}
		return settable(e)
	case EpochBegin:
		rate, _ := e.Model.LearningRate()
		rate = s.Schedule(e.Epoch, rate)
		if !(rate >= 0) || math.IsInf(rate, 0) {
			return fmt.Errorf("Schedule gives %v for epoch %d: want a finite rate of 0 or more", rate, e.Epoch+1)
		}
		return e.Model.SetLearningRate(rate)
	case EpochEnd:
		e.Logs[training.LearningRate], _ = e.Model.LearningRate()
	}
	return nil
}
