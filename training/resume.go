package training

import (
	"errors"
	"fmt"
	"io"

	"github.com/rhyton/rhyton/internal/panicerr"
)

// ErrDamaged is wrapped by the error of a [State] that is restored from what Save did not
// write, or not to its end: a file that was cut off, or in which bits have changed.
var ErrDamaged = errors.New("damaged")

// A State is all that a run needs to go on as if it had never been interrupted: the weights, the
// optimizer's state and learning rate, the metrics of the epoch in progress, the memories of
// the callbacks with the [History], and the position in the data.
type State interface {
	// Save writes the state.
	Save(w io.Writer) error
	// Restore sets the run to what Save wrote, in this process or another. The run must have
	// the model, the data, the callbacks and the settings of the one that was saved; an error
	// says which of them differs, or wraps [ErrDamaged].
	Restore(r io.ReaderAt, size int64) error
}

// A Resumer is a [Callback] that saves the state of a run and restores it in another process,
// as callbacks.BackupAndRestore does with files. A State is valid during the call alone.
type Resumer interface {
	Callback
	// Resume is called once, when all callbacks have been told of TrainBegin, and may restore
	// what was saved.
	Resume(s State) error
	// Backup is called when all callbacks have been told of a BatchEnd or EpochEnd, and, with
	// a TrainEnd, before they are told that the context has ended the run. It may save s.
	Backup(e Event, s State) error
}

// Resume has each [Resumer] restore what it saved.
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

// Backup has each [Resumer] save s if it is time to.
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
