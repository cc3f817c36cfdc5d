package callbacks

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/gobstate"
)

// SwapEMAWeights replaces the weights by their moving averages (Polyak averaging) during
// validation, like the Keras callback. The optimizer must have UseEMA set. Training steps use the
// trained weights; at the end of training the weights are the averages, as always with UseEMA.
//
// With SwapOnEpoch the weights are also the averages from the end of an epoch to the start of the
// next one: a ModelCheckpoint after it in the list saves the averages.
type SwapEMAWeights struct {
	SwapOnEpoch bool `keras:"swap_on_epoch"`

	in bool // the averages are swapped in
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

// swap swaps the averages in or out, unless they already are.
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
