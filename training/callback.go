package training

import (
	"errors"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/internal/gobstate"
	"github.com/rhyton/rhyton/internal/panicerr"
)

// Stop, returned by a callback or wrapped in the error it returns, ends the run without an error:
//
//	return fmt.Errorf("%w: val_loss has not improved for 5 epochs", training.Stop)
var Stop = errors.New("stop training")

// A Callback is called at each stage of training. If On returns an error that wraps [Stop],
// training stops after the event; any other error ends it as a failure. Either way all callbacks
// receive the event, and then TrainEnd and Done. A callback value can be used by one run at a
// time and resets itself at TrainBegin.
type Callback interface{ On(e Event) error }

// Func is a function used as a [Callback].
type Func func(e Event) error

// On calls f.
func (f Func) On(e Event) error { return f(e) }

// Stateful is a [Callback] with state, such as the best value so far, that a resumed run needs to
// continue exactly like an uninterrupted one. State is called after events, when the run is
// backed up. In the process that resumes the run, SetState is called once with that state, after
// TrainBegin. The callback chooses the encoding, such as JSON. See [Resumer].
type Stateful interface {
	Callback
	State() ([]byte, error)
	SetState([]byte) error
}

// Callbacks is a list of callbacks, called in order.
type Callbacks []Callback

// Tell calls every callback with e and returns the reason to end the run: all failures joined, if
// there are any; otherwise the first [Stop]; otherwise nil. A panic counts as a failure.
func (l Callbacks) Tell(e Event) error {
	var stop, failed error
	for _, c := range l {
		err := on(c, e)
		switch {
		case err == nil:
		case errors.Is(err, Stop):
			if stop == nil {
				stop = err
			}
		default:
			failed = errors.Join(failed, fmt.Errorf("callback %s%s: %w", shortName(c), e.when(), err))
		}
	}
	if failed != nil {
		return failed
	}
	return stop
}

// on calls c with e; a panic is returned as an error.
func on(c Callback, e Event) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = panicerr.Of("", r)
		}
	}()
	return c.On(e)
}

// nameOf returns the type of a callback with its package, as stored in saved states.
func nameOf(c Callback) string { return fmt.Sprintf("%T", c) }

// shortName returns the type of a callback without its package, such as EarlyStopping.
func shortName(c Callback) string {
	name := nameOf(c)
	return name[strings.LastIndex(name, ".")+1:]
}

// A state is the saved state of one callback: its type, which must match when it is restored, and
// its data.
type state struct {
	Type string
	Data []byte
}

// State returns the encoded state of all [Stateful] callbacks.
func (l Callbacks) State() ([]byte, error) {
	var all []state
	for _, c := range l {
		s, ok := c.(Stateful)
		if !ok {
			continue
		}
		data, err := s.State()
		if err != nil {
			return nil, fmt.Errorf("state of callback %s: %w", nameOf(c), err)
		}
		all = append(all, state{nameOf(c), data})
	}
	return gobstate.Encode(all)
}

// SetState restores the state that [Callbacks.State] returned for the same list.
func (l Callbacks) SetState(data []byte) error {
	var all []state
	if err := gobstate.Decode(data, &all); err != nil {
		return fmt.Errorf("state of callbacks: %w", err)
	}
	for _, c := range l {
		s, ok := c.(Stateful)
		if !ok {
			continue
		}
		if len(all) == 0 || all[0].Type != nameOf(c) {
			return fmt.Errorf("state of callbacks: none was saved for %s at its place; resume with the callbacks of the interrupted run", nameOf(c))
		}
		if err := s.SetState(all[0].Data); err != nil {
			return fmt.Errorf("state of callback %s: %w", nameOf(c), err)
		}
		all = all[1:]
	}
	if len(all) > 0 {
		return fmt.Errorf("state of callbacks: %s was saved and is not among the callbacks; resume with the callbacks of the interrupted run", all[0].Type)
	}
	return nil
}
