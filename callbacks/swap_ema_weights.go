package callbacks

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// SwapEMAWeights validates with the moving averages of the weights in place of the weights
// (Polyak averaging), as Keras'. The optimizer must have UseEMA. Between the steps of the
// training the weights are the weights; at its end they are the averages, as always with
// UseEMA.
//
// With SwapOnEpoch they are the averages from the end of an epoch to the beginning of the
// next, too: a ModelCheckpoint that stands after it in the list saves averages.
type SwapEMAWeights struct {
	SwapOnEpoch bool `keras:"swap_on_epoch"`

	in bool // the averages are the weights
}

// On implements [Callback].
func (s *SwapEMAWeights) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		s.in = false
		if !e.Model.Averages() {
			return errors.New("the optimizer keeps no averages of the weights: set its UseEMA")
		}
	case ValidationBegin:
		return s.swap(e, true)
	case ValidationEnd:
		return s.swap(e, false)
	case EpochEnd:
		if s.SwapOnEpoch {
			return s.swap(e, true)
		}
	case EpochBegin:
		return s.swap(e, false)
	}
	return nil
}

// swap makes the averages the weights, or no longer, if they are not what they should be.
func (s *SwapEMAWeights) swap(e Event, in bool) error {
	if s.in == in {
		return nil
	}
	exchange := e.Model.SwapOutAverages
	if in {
		exchange = e.Model.SwapInAverages
	}
	if err := exchange(); err != nil {
		return fmt.Errorf("swap weights and averages: %w", err)
	}
	s.in = in
	return nil
}

// State implements [Stateful].
func (s *SwapEMAWeights) State() ([]byte, error) { return gobstate.Encode(s.in) }

// SetState implements [Stateful].
func (s *SwapEMAWeights) SetState(data []byte) error { return gobstate.Decode(data, &s.in) }
