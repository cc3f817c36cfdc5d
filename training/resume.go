package training

import (
	"errors"
	"fmt"
	"io"

	"github.com/rhyton/rhyton/internal/panicerr"
)

// ErrDamaged is wrapped by the error of [State.Restore] if the data is not a complete state
// written by Save, such as a truncated or corrupted file.
var ErrDamaged = errors.New("damaged")

// A State is everything that a run needs to continue as if it had never been interrupted: the
// weights, the optimizer's state and learning rate, the metrics of the epoch in progress, the
// state of the callbacks including the [History], and the position in the data.
type State interface {
	// Save writes the state.
	Save(w io.Writer) error
	// Restore sets the run to the state that Save wrote, in this process or another. The run must
	// have the same model, data, callbacks and settings as the one that was saved; an error says
	// which of them differs, or wraps [ErrDamaged].
	Restore(r io.ReaderAt, size int64) error
}

// A Resumer is a [Callback] that saves the state of a run and restores it in another process, as
// callbacks.BackupAndRestore does with files. A State is valid only during the call.
type Resumer interface {
	Callback
	// Resume is called once, after all callbacks have received TrainBegin, and may restore a
	// saved state.
	Resume(s State) error
	// Backup is called after all callbacks have received a BatchEnd or EpochEnd, and, if the
	// context ends the run, before they receive the TrainEnd, with that event. It may save s.
	Backup(e Event, s State) error
}

// Resume calls the Resume method of each [Resumer] with s.
func (l Callbacks) Resume(s State) error {
	for _, c := range l {
		r, ok := c.(Resumer)
		if !ok {
			continue
		}
		if err := panicerr.Catch("", func() error { return r.Resume(s) }); err != nil {
			return fmt.Errorf("callback %s: %w", shortName(c), err)
		}
	}
	return nil
}

// Backup calls the Backup method of each [Resumer] with e and s.
func (l Callbacks) Backup(e Event, s State) error {
	for _, c := range l {
		r, ok := c.(Resumer)
		if !ok {
			continue
		}
		if err := panicerr.Catch("", func() error { return r.Backup(e, s) }); err != nil {
			return fmt.Errorf("callback %s%s: %w", shortName(c), e.when(), err)
		}
	}
	return nil
}
