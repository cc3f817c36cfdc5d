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
	ValidationEnd               // after it
	EpochEnd                    // after an epoch and its validation; Logs are complete
	TrainEnd                    // after the last step; callbacks finish: weights restored, files closed
	Done                        // after every callback's TrainEnd; what sums up the run prints now
)

// String returns the name of the constant.
func (k Kind) String() string {
	names := [...]string{"TrainBegin", "EpochBegin", "BatchEnd", "ValidationBegin", "ValidationEnd", "EpochEnd", "TrainEnd", "Done"}
	if k < 0 || int(k) >= len(names) {
		return "unknown kind"
	}
	return names[k]
}

// when says at which event a callback failed; at the beginning it is its settings that are
// wrong, which needs no time.
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

	// Logs are the epoch's averages: of EpochEnd, and of the last epoch at TrainEnd and Done;
	// nil at other events. What a callback adds, later callbacks and the history see.
	Logs Logs

	// Running reads the averages so far of the epoch in progress, which may wait for the
	// device: a callback that needs no logs at a BatchEnd costs none. See [Event.Read].
	Running func() (Logs, error)

	Run   *Run  // what holds for the whole run; never nil
	Model Model // the model in training

	// Err says at TrainEnd and Done why the run ended: nil after all epochs, an error
	// that wraps [Stop] when a callback stopped it, otherwise the failure.
	Err error
}

// Read returns the event's logs: those of the epoch when it is complete, else the averages so
// far, read from the device now.
func (e Event) Read() (Logs, error) {
	if e.Logs != nil || e.Running == nil {
		return e.Logs, nil
	}
	return e.Running()
}

// A Run is what holds for a whole run. Zero numbers mean not known unless said otherwise.
type Run struct {
	Model   string // the model's name
	Params  int    // numbers in all its weights
	Device  string // such as "cpu (avx512, 2 threads)"
	Epochs  int    // the last epoch's number plus 1, as Keras' epochs
	Initial int    // the first epoch's number, Keras' initial_epoch

	Batches        int // steps an epoch
	BatchSize      int
	Train          int // training examples
	Validation     int // validation examples
	ValidationFreq int // validation runs after each so many epochs; 0: there is no validation data

	// What makes a verdict surer; see the fields of the same names in [History].
	Chance         float64
	Mismatch       string
	Restored       int     // set by EarlyStopping at TrainEnd
	TrainEvaluated float64 // known at TrainEnd

	// ValidationEpochs are the epochs after which validation runs, numbered from 1; nil: those of
	// ValidationFreq.
	ValidationEpochs []int

	// LogNames are the names that an epoch's logs will have, so that a misspelt name is
	// reported before the first step; nil if not known.
	LogNames []string

	Watch *Watch   // what decides on stopping, set by EarlyStopping; nil if nothing does
	notes []string // see Note
}

// Validates reports whether validation runs after the epoch of that number, from 0.
func (r *Run) Validates(epoch int) bool {
	switch {
	case r.ValidationFreq == 0:
		return false
	case len(r.ValidationEpochs) > 0:
		return slices.Contains(r.ValidationEpochs, epoch+1)
	}
	return (epoch+1)%r.ValidationFreq == 0
}

// A Watch says which log decides and what counts as progress, for others to display.
type Watch struct {
	Monitor  string
	Mode     Mode
	MinDelta float64
	Patience int
}

// Note adds to what is said of the run: at its begin if noted before TrainBegin, such as a
// warning about the data, else at its end, such as "restored epoch 12".
func (r *Run) Note(text string) { r.notes = append(r.notes, text) }

// Notes returns what was noted, in order.
func (r *Run) Notes() []string { return r.notes }
