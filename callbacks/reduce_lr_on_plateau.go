package callbacks

import (
	"errors"
	"fmt"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/training"
)

// ReduceLROnPlateau multiplies the learning rate by Factor when a log has not improved for
// Patience epochs. It behaves as in Keras 3, except that a missing log is an error. It adds
// "learning_rate" to the logs: the rate during the epoch.
type ReduceLROnPlateau struct {
	Monitor  string   `keras:"monitor" default:"val_loss"` // the log to watch
	Factor   float64  `keras:"factor" default:"0.1"`       // ratio of the new rate to the old, below 1
	Patience *int     `keras:"patience" default:"10"`      // number of epochs without improvement before a reduction
	Mode     Mode     `keras:"mode" default:"auto"`        // whether lower or higher is better
	MinDelta *float64 `keras:"min_delta" default:"0.0001"` // smallest change that counts as an improvement
	Cooldown int      `keras:"cooldown"`                   // epochs to ignore after a reduction
	MinLR    float64  `keras:"min_lr"`                     // lower bound on the rate

	watch monitor
	past  plateau
}

// plateau is the saved state of a [ReduceLROnPlateau].
type plateau struct {
	Seen     bool
	Wait     int
	Cooldown int // epochs left to wait
	HasBest  bool
	Best     float64
}

// On implements [Callback].
func (r *ReduceLROnPlateau) On(e Event) error {
	switch e.Kind {
	case TrainBegin:
		return r.begin(e)
	case EpochEnd:
		return r.judge(e)
	}
	return nil
}

func (r *ReduceLROnPlateau) begin(e Event) error {
	r.past = plateau{}
	switch {
	case r.Factor >= 1 || r.Factor < 0:
		return fmt.Errorf("Factor is %v: want one between 0 and 1", r.Factor)
	case r.Patience != nil && *r.Patience < 0:
		return fmt.Errorf("Patience is %d: want 0 or more epochs", *r.Patience)
	case r.Cooldown < 0:
		return fmt.Errorf("Cooldown is %d: want 0 or more epochs", r.Cooldown)
	case r.MinLR < 0:
		return fmt.Errorf("MinLR is %v: want 0 or more", r.MinLR)
	}
	if err := settable(e); err != nil {
		return err
	}
	return r.watch.begin(e, r.Monitor, r.Mode)
}

// settable returns an error if callbacks cannot change the learning rate.
func settable(e Event) error {
	if _, ok := e.Model.LearningRate(); !ok {
		return errors.New("a schedule drives the optimizer's learning rate: give the optimizer a number, or remove this callback")
	}
	return nil
}

func (r *ReduceLROnPlateau) judge(e Event) error {
	rate, _ := e.Model.LearningRate()
	e.Logs[training.LearningRate] = rate
	r.watch.seen = r.watch.seen || r.past.Seen
	now, ok, err := r.watch.value(e)
	r.past.Seen = r.watch.seen
	if err != nil || !ok {
		return err
	}
	p := &r.past
	if p.Cooldown > 0 {
		p.Cooldown--
		p.Wait = 0
	}
	if r.watch.improves(now, p.Best, or(r.MinDelta, 1e-4), p.HasBest) {
		p.HasBest, p.Best, p.Wait = true, now, 0
		return nil
	}
	if p.Cooldown > 0 {
		return nil
	}
	p.Wait++
	// Keras stores and compares rates in float32.
	if p.Wait < or(r.Patience, 10) || float32(rate) <= float32(r.MinLR) {
		return nil
	}
	factor := r.Factor
	if factor == 0 {
		factor = .1
	}
	p.Cooldown, p.Wait = r.Cooldown, 0
	return e.Model.SetLearningRate(max(rate*factor, r.MinLR))
}

// or returns *p, or otherwise if p is nil.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// State implements [Stateful].
func (r *ReduceLROnPlateau) State() ([]byte, error) { return gobstate.Encode(r.past) }

// SetState implements [Stateful].
func (r *ReduceLROnPlateau) SetState(data []byte) error {
	r.past = plateau{}
	return gobstate.Decode(data, &r.past)
}
