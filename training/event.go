// Package training defines the events, logs, callbacks, history and verdict of a training run.
// The callbacks themselves are in package callbacks; this package imports only tensors, so
// programs without plots or progress bars don't link them.
package training

import (
	"fmt"
	"slices"
)

// A Kind is the stage of a run at which an [Event] occurs.
type Kind int

// The stages of a run, in order. TrainBegin, TrainEnd and Done occur once per run; every callback
// receives TrainEnd and Done even if the run fails.
const (
	TrainBegin      Kind = iota // before the first step; a callback checks its settings here
	EpochBegin                  // before the first step of an epoch
	BatchEnd                    // after each step
	ValidationBegin             // before the validation of an epoch, if it has one: Keras' on_test_begin
	ValidationEnd               // after the validation of an epoch
	EpochEnd                    // after an epoch and its validation; Logs are complete
	TrainEnd                    // after the last step; callbacks finish: weights restored, files closed
	Done                        // after every callback has received TrainEnd; summaries are printed here
)

// String returns the name of the constant.
func (k Kind) String() string {
	names := [...]string{"TrainBegin", "EpochBegin", "BatchEnd", "ValidationBegin", "ValidationEnd", "EpochEnd", "TrainEnd", "Done"}
	if k < 0 || int(k) >= len(names) {
		return "unknown kind"
	}
	return names[k]
}

// when returns the event at which a callback failed, for an error message. It is empty at
// TrainBegin, where the callback's settings are at fault.
func (e Event) when() string {
	if e.Kind == TrainBegin {
		return ""
	}
	return fmt.Sprintf(" at %v of epoch %d", e.Kind, e.Epoch+1)
}

// An Event describes a stage of a run.
type Event struct {
	Kind  Kind
	Epoch int // counted from 0
	Batch int // BatchEnd: the step just done, counted from 0 in its epoch
	Seen  int // training examples seen in this epoch

	// Logs are the averages of the epoch at EpochEnd, and of the last epoch at TrainEnd and Done;
	// nil at other events. Entries that a callback adds are visible to later callbacks and the
	// history.
	Logs Logs

	// Running returns the averages so far of the epoch in progress. It may wait for the device,
	// so it is called only by callbacks that need logs at a BatchEnd. See [Event.Read].
	Running func() (Logs, error)

	Run   *Run  // facts about the whole run; never nil
	Model Model // the model being trained

	// Err is the reason why the run ended, at TrainEnd and Done: nil after all epochs, an error
	// that wraps [Stop] if a callback stopped it, otherwise the failure.
	Err error
}

// Read returns the logs of the event: those of the epoch if it is complete, otherwise the
// averages so far, read from the device.
func (e Event) Read() (Logs, error) {
	if e.Logs != nil || e.Running == nil {
		return e.Logs, nil
	}
	return e.Running()
}

// A Run holds facts about a whole run. A number of zero means unknown unless stated otherwise.
type Run struct {
	Model   string // the model's name
	Params  int    // number of weight elements
	Device  string // such as "cpu (avx512, 2 threads)"
	Epochs  int    // number of the last epoch plus 1, like Keras' epochs
	Initial int    // number of the first epoch, like Keras' initial_epoch

	Batches        int // steps per epoch
	BatchSize      int
	Train          int // training examples
	Validation     int // validation examples
	ValidationFreq int // validation runs every ValidationFreq epochs; 0: there is no validation data

	// Facts that make a verdict more reliable; see the fields of the same names in [History].
	Chance         float64
	Mismatch       string
	Restored       int     // set by EarlyStopping at TrainEnd
	TrainEvaluated float64 // set before TrainEnd

	// ValidationEpochs are the epochs after which validation runs, numbered from 1; nil means
	// those given by ValidationFreq.
	ValidationEpochs []int

	// LogNames are the names that the logs of an epoch will have, so that a misspelled name is
	// reported before the first step; nil if unknown.
	LogNames []string

	Watch *Watch   // the criterion for stopping, set by EarlyStopping; nil if there is none
	notes []string // see Note
}

// Validates reports whether validation runs after the given epoch, numbered from 0.
func (r *Run) Validates(epoch int) bool {
	switch {
	case r.ValidationFreq == 0:
		return false
	case len(r.ValidationEpochs) > 0:
		return slices.Contains(r.ValidationEpochs, epoch+1)
	}
	return (epoch+1)%r.ValidationFreq == 0
}

// A Watch describes which log is monitored and what counts as an improvement, so that other
// callbacks can display it.
type Watch struct {
	Monitor  string
	Mode     Mode
	MinDelta float64
	Patience int
}

// Note adds a line about the run. Notes added before TrainBegin, such as a warning about the
// data, are shown at the start; others, such as "restored epoch 12", at the end.
func (r *Run) Note(text string) { r.notes = append(r.notes, text) }

// Notes returns all notes in order.
func (r *Run) Notes() []string { return r.notes }
