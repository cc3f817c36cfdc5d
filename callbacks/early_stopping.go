package callbacks

import (
	"errors"
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/training"
)

// EarlyStopping ends the run when a log has stopped improving. It behaves as in Keras 3, except
// that a missing log, a negative Patience and a NaN are errors.
//
// An epoch is an improvement if it is better than the best so far by more than MinDelta. The run
// stops at the end of an epoch, but never the first, when Patience epochs in a row have not been
// an improvement; a Patience of 0 behaves like 1.
type EarlyStopping struct {
	Monitor            string   `keras:"monitor" default:"val_loss"`   // the log to watch
	MinDelta           float64  `keras:"min_delta"`                    // smallest change that counts as an improvement; the sign is ignored
	Patience           int      `keras:"patience"`                     // number of epochs without improvement before stopping
	Mode               Mode     `keras:"mode" default:"auto"`          // whether lower or higher is better
	Baseline           *float64 `keras:"baseline"`                     // value that an improvement must also beat to reset the wait; nil: none
	RestoreBestWeights bool     `keras:"restore_best_weights"`         // restore the weights of the best epoch when the run ends, even by an error or its context
	StartFromEpoch     int      `keras:"start_from_epoch" default:"0"` // epochs (from 0) before this one are ignored

	watch monitor
	past  stopping
}

// stopping is the saved state of an [EarlyStopping].
type stopping struct {
	Seen      bool // the log has had a value
	Wait      int  // epochs since the last improvement
	HasBest   bool
	Best      float64
	BestEpoch int
	Weights   gobstate.Arrays // weights of BestEpoch, if RestoreBestWeights is set
}

// On implements [Callback].
func (s *EarlyStopping) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		return s.begin(e)
	case EpochEnd:
		return s.judge(e)
	case TrainEnd:
		return s.restore(e)
	}
	return nil
}

func (s *EarlyStopping) begin(e Event) error {
	s.past = stopping{}
	switch {
	case s.Patience < 0:
		return fmt.Errorf("Patience is %d: want 0 or more epochs", s.Patience)
	case s.StartFromEpoch < 0:
		return fmt.Errorf("StartFromEpoch is %d: want 0 or more", s.StartFromEpoch)
	case math.IsNaN(s.MinDelta):
		return errors.New("MinDelta is NaN: want a number")
	}
	if err := s.watch.begin(e, s.Monitor, s.Mode); err != nil {
		return err
	}
	e.Run.Watch = &training.Watch{Monitor: s.watch.name, Mode: s.watch.mode, MinDelta: s.MinDelta, Patience: s.Patience}
	return nil
}

func (s *EarlyStopping) judge(e Event) error {
	s.watch.seen = s.watch.seen || s.past.Seen
	now, ok, err := s.watch.value(e)
	s.past.Seen = s.watch.seen
	if err != nil || !ok || e.Epoch < s.StartFromEpoch {
		return err
	}
	if math.IsNaN(now) {
		return fmt.Errorf("%s is NaN in epoch %d: look for NaN in the data, or lower the learning rate", s.watch.name, e.Epoch+1)
	}
	p := &s.past
	p.Wait++
	if s.watch.improves(now, p.Best, s.MinDelta, p.HasBest) {
		p.HasBest, p.Best, p.BestEpoch = true, now, e.Epoch
		if s.RestoreBestWeights {
			p.Weights = e.Model.Weights()
		}
		// As in Keras, a new best value that does not beat the baseline is kept but does not
		// reset the wait.
		if s.Baseline == nil || s.watch.mode.Improves(now, *s.Baseline, s.MinDelta) {
			p.Wait = 0
		}
		return nil
	}
	if p.Wait >= s.Patience && e.Epoch > 0 {
		return fmt.Errorf("%w: %s has not improved for %s", Stop, s.watch.name, plural(p.Wait, "epoch"))
	}
	return nil
}

// restore sets the best weights, however the run ended.
func (s *EarlyStopping) restore(e Event) error {
	if s.past.Weights == nil {
		return nil
	}
	if err := e.Model.SetWeights(s.past.Weights); err != nil {
		return fmt.Errorf("restore epoch %d: %w", s.past.BestEpoch+1, err)
	}
	s.past.Weights = nil
	e.Run.Restored = s.past.BestEpoch + 1
	e.Run.Note(fmt.Sprintf("restored epoch %d (%s %s)", s.past.BestEpoch+1, s.watch.name, short(s.past.Best)))
	return nil
}

// State implements [Stateful].
func (s *EarlyStopping) State() ([]byte, error) { return gobstate.Encode(s.past) }

// SetState implements [Stateful].
func (s *EarlyStopping) SetState(data []byte) error {
	s.past = stopping{}
	return gobstate.Decode(data, &s.past)
}
