package callbacks

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/training"
)

// TerminateOnNaN ends the run after a step whose loss is NaN or infinite. It reads the loss after
// every step, which waits for the device.
type TerminateOnNaN struct {
	RaiseError bool `keras:"raise_error"` // end the run as a failure
}

// On implements [Callback].
func (n *TerminateOnNaN) On(e Event) error {
	if e.Kind != BatchEnd {
		return nil
	}
	logs, err := e.Read()
	if err != nil {
		return err
	}
	loss, ok := logs[training.Loss]
	if !ok || !(math.IsNaN(loss) || math.IsInf(loss, 0)) {
		return nil
	}
	if n.RaiseError {
		return fmt.Errorf("the loss is %v at batch %d", loss, e.Batch+1)
	}
	return fmt.Errorf("%w: the loss is %v at batch %d of epoch %d", Stop, loss, e.Batch+1, e.Epoch+1)
}
