package models

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/panicerr"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/training"
)

// A run is a Fit in progress.
type run struct {
	m    *Model
	c    *compiled
	ctx  context.Context
	f    Fit
	info *training.Run

	train      *source
	validation *source // nil: none
	callbacks  training.Callbacks

	at       position
	stop     error             // a callback asked to stop the run after this epoch
	failed   bool              // a callback failed: the position of the run is unknown
	traced   stepTypes         // the types of a training step
	vars     []*graph.Variable // of the step's graph; nil if not known yet
	kept     *kept             // nil before the first step
	tooLarge bool              // the variables are too large to keep

	logs    training.Logs // of the last complete epoch
	running func() (training.Logs, error)
	seen    int

	warnings []string // about the data
	prior    prior    // what the data reveals about the run
	evicted  bool     // the eviction of programs was noted
	weigher  *weigher // nil without class weights
}

// A position is the progress of a run.
type position struct {
	Epoch int
	Phase phase
	Step  int // steps done in the epoch
	Told  int // of these, the steps reported by a BatchEnd
}

// A phase is a part of an epoch.
type phase int

const (
	toBegin    phase = iota // EpochBegin is next
	stepping                // a step is next, or what follows the last one
	validating              // after ValidationBegin
)

// begin notifies the callbacks that training begins, and resumes an interrupted run.
func (r *run) begin() error {
	r.running = func() (training.Logs, error) { return r.c.logs(learning) }
	if err := r.tell(r.event(training.TrainBegin)); err != nil {
		return err
	}
	if err := r.callbacks.Resume(r); err != nil {
		r.failed = true
		return fmt.Errorf("models: fit: %w", err)
	}
	if r.at.Phase == toBegin && r.stop != nil {
		return r.stop
	}
	if r.at == (position{Epoch: r.f.InitialEpoch}) {
		if err := r.train.goTo(r.f.InitialEpoch); err != nil {
			return fmt.Errorf("models: fit: skipping the data of %d epochs: %w", r.f.InitialEpoch, err)
		}
		if r.train.steps > 0 && r.f.InitialEpoch > 0 && datasets.Steps(r.train.data) == datasets.Unknown {
			r.info.Note(fmt.Sprintf("the data set can't seek: the batches of the first %d epochs are read and skipped", r.f.InitialEpoch))
		}
	}
	return nil
}

// event returns an event at the current position of the run.
func (r *run) event(k training.Kind) training.Event {
	return training.Event{Kind: k, Epoch: r.at.Epoch, Seen: r.seen, Run: r.info, Model: r.m}
}

// tell sends e to the callbacks and returns an error if the run must end.
func (r *run) tell(e training.Event) error {
	err := r.callbacks.Tell(e)
	if err == nil || errors.Is(err, training.Stop) {
		return err
	}
	r.failed = true
	return fmt.Errorf("models: fit: %w", err)
}

// halt stores a Stop for the end of the epoch, and returns any other error.
func (r *run) halt(err error) error {
	if !errors.Is(err, training.Stop) {
		return err
	}
	r.stop = cmp.Or(r.stop, err)
	return nil
}

// epoch runs one epoch of training and validation. The event has logs if the epoch is complete.
func (r *run) epoch() (training.Event, error) {
	none := training.Event{}
	if err := r.beginEpoch(); err != nil {
		return none, err
	}
	if r.at.Phase == stepping {
		if err := r.halt(r.steps()); err != nil {
			return none, err
		}
	}
	r.noteEvictions()
	logs, err := r.c.logs(learning)
	if err != nil {
		return none, err
	}
	if r.info.Validates(r.at.Epoch) {
		val, err := r.validate()
		if err != nil {
			return none, err
		}
		for name, v := range val {
			logs["val_"+name] = v
		}
	}
	r.logs = logs
	return r.endEpoch(logs)
}

// beginEpoch begins an epoch, unless it is continued by a resumed run.
func (r *run) beginEpoch() error {
	if r.at.Phase != toBegin {
		return nil
	}
	r.seen = 0
	if err := r.tell(r.event(training.EpochBegin)); err != nil {
		return err
	}
	r.at = position{Epoch: r.at.Epoch, Phase: stepping}
	return r.c.reset(learning)
}

// endEpoch reports the end of an epoch and returns what ends the run: a failure, an earlier stop,
// a stop now, or a loss that is not a number.
func (r *run) endEpoch(logs training.Logs) (training.Event, error) {
	end := r.event(training.EpochEnd)
	end.Logs = logs
	if err := r.halt(r.tell(end)); err != nil {
		return end, err
	}
	switch {
	case r.f.AllowNonFinite || isFinite(end.Logs[training.Loss]):
		return end, r.stop
	case r.stop == nil:
		return end, r.finite(end.Logs, end.Epoch)
	}
	if origin := r.origin(); origin != "" { // a callback stopped the run
		r.info.Note("it began in " + origin)
	}
	return end, r.stop
}

// next moves on after all callbacks received the end of an epoch, unless err ends the run as a
// failure.
func (r *run) next(end training.Event, err error) error {
	if err != nil && !errors.Is(err, training.Stop) {
		return err
	}
	r.at = position{Epoch: r.at.Epoch + 1}
	return cmp.Or(r.backup(end), err)
}

// steps runs the training steps of an epoch.
func (r *run) steps() error {
	every := max(r.c.cfg.StepsPerExecution, 1)
	for b, err := range r.train.epoch(r.at.Epoch, r.at.Step) {
		if err == nil {
			err = r.step(&b)
		}
		if err != nil {
			if cause := r.ctx.Err(); cause != nil && errors.Is(err, cause) {
				return err
			}
			return fmt.Errorf("models: fit: epoch %d, batch %d: %w", r.at.Epoch+1, r.at.Step, err)
		}
		if r.at.Step%every == 0 {
			if err := r.batchEnd(); err != nil {
				return err
			}
		}
	}
	switch {
	case r.at.Step == 0:
		return fmt.Errorf("models: fit: the data has no samples")
	case r.at.Told < r.at.Step:
		return r.batchEnd()
	}
	return nil
}

// step checks and weights one batch, and trains on it.
func (r *run) step(b *datasets.Batch) error {
	if !r.train.checked {
		if err := r.c.checkStream(b, r.f.AllowNonFinite); err != nil {
			return err
		}
	}
	if r.weigher != nil {
		if err := r.weigher.apply(b); err != nil {
			return fmt.Errorf("class weights: %w", err)
		}
	}
	if err := r.keep(b); err != nil {
		return err
	}
	if err := r.c.step(r.ctx, learning, b); err != nil {
		return err
	}
	r.seen += b.N
	r.at.Step++
	r.train.batch++
	return nil
}

// batchEnd notifies the callbacks that a step is done.
func (r *run) batchEnd() error {
	r.at.Told = r.at.Step
	if len(r.callbacks) == 0 {
		return nil
	}
	e := r.event(training.BatchEnd)
	e.Batch, e.Running = r.at.Step-1, r.running
	if err := r.tell(e); err != nil {
		return err
	}
	return r.backup(e)
}

// validate evaluates the model on the validation data and sends the events before and after it.
func (r *run) validate() (training.Logs, error) {
	if r.at.Phase != validating {
		if err := r.halt(r.tell(r.event(training.ValidationBegin))); err != nil {
			return nil, err
		}
		r.at.Phase = validating
	}
	logs, err := r.evaluate()
	if err != nil {
		return nil, fmt.Errorf("models: fit: validation: %w", err)
	}
	return logs, r.halt(r.tell(r.event(training.ValidationEnd)))
}

// evaluate makes one pass over the validation data. If it is interrupted, it restores the states
// of stateful layers, because a resumed run repeats the pass.
func (r *run) evaluate() (training.Logs, error) {
	r.validation.rewind(0) // every evaluation begins at the first sample
	vars, values, err := r.m.layerStates()
	if err != nil {
		return nil, err
	}
	logs, err := r.c.evaluate(r.ctx, r.validation, r.f.AllowNonFinite)
	if err != nil && len(vars) > 0 {
		err = errors.Join(err, setAll(vars, values))
	}
	return logs, err
}

// end notifies the callbacks that training is over, and why, and returns the reason.
func (r *run) end(cause error) error {
	e := r.event(training.TrainEnd)
	e.Logs, e.Err = r.logs, cause
	if r.interrupted(cause) {
		if err := r.backup(e); err != nil {
			cause = errors.Join(cause, err)
		}
	}
	if err := r.c.finish(); err != nil && cause == nil {
		cause = err
	}
	if cause == nil || errors.Is(cause, training.Stop) {
		r.evaluateTrain()
	}
	e.Err = cause
	if err := r.tell(e); err != nil && (cause == nil || errors.Is(cause, training.Stop)) {
		cause = err
	}
	e.Kind, e.Err = training.Done, cause
	if err := r.tell(e); err != nil && cause == nil {
		cause = err
	}
	return cause
}

// close ends any pass over the run's data that is still in progress.
func (r *run) close() {
	if r.kept != nil {
		r.c.spare.Put(r.kept)
	}
	r.train.close()
	if r.validation != nil {
		r.validation.close()
	}
	r.m.mu.Lock()
	r.c.fitting = false
	r.m.mu.Unlock()
}

// newRun checks a Fit and prepares the run. Nothing has changed when it returns an error.
func (m *Model) newRun(ctx context.Context, data datasets.Dataset, f Fit) (*run, error) {
	c, err := m.compiledFor("fit")
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	if ctx == nil {
		return nil, fmt.Errorf("models: fit: %w", runtime.ErrNoContext)
	}
	r := &run{m: m, c: c, ctx: ctx, f: f, callbacks: f.Callbacks, at: position{Epoch: f.InitialEpoch}}
	if err := c.checkFrozen(); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	if err := panicerr.Catch("the data", func() error { return r.open(data) }); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	if err := c.checkData(r); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	r.describe()
	if err := r.checkValidation(); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	if len(f.ClassWeight) > 0 {
		r.weigher = &weigher{weight: f.ClassWeight}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if c.fitting {
		return nil, fmt.Errorf("models: fit: the model is being fitted already")
	}
	c.fitting = true
	return r, nil
}

// checkValidation reports validation data that would never be used.
func (r *run) checkValidation() error {
	if r.validation == nil {
		return nil
	}
	for e := r.info.Initial; e < r.info.Epochs; e++ {
		if r.info.Validates(e) {
			return nil
		}
	}
	when := fmt.Sprintf("ValidationFreq is %d", r.f.ValidationFreq)
	if len(r.f.ValidationEpochs) > 0 {
		when = fmt.Sprintf("ValidationEpochs are %v", r.f.ValidationEpochs)
	}
	return fmt.Errorf("%s, and the run has epochs %d to %d: validation would never run", when, r.info.Initial+1, r.info.Epochs)
}

// check reports invalid settings.
func (f *Fit) check() error {
	whole := []struct {
		name string
		n    int
	}{{"Epochs", f.Epochs}, {"InitialEpoch", f.InitialEpoch}, {"BatchSize", f.BatchSize}, {"StepsPerEpoch", f.StepsPerEpoch},
		{"ValidationBatchSize", f.ValidationBatchSize}, {"ValidationSteps", f.ValidationSteps}, {"ValidationFreq", f.ValidationFreq}}
	for _, w := range whole {
		if w.n < 0 {
			return fmt.Errorf("%s is %d; want 0, which is the default, or more", w.name, w.n)
		}
	}
	for i, c := range f.Callbacks {
		if c == nil {
			return fmt.Errorf("Callbacks[%d] is nil", i)
		}
	}
	if !(f.ValidationSplit >= 0 && f.ValidationSplit < 1) {
		return fmt.Errorf("ValidationSplit is %v; want at least 0 and less than 1", f.ValidationSplit)
	}
	if f.Epochs > 0 && f.InitialEpoch > f.Epochs {
		return fmt.Errorf("InitialEpoch is %d and Epochs, the number of the last one, %d: nothing is left to train", f.InitialEpoch, f.Epochs)
	}
	for _, class := range slices.Sorted(maps.Keys(f.ClassWeight)) {
		if w := f.ClassWeight[class]; !(w >= 0) || math.IsInf(w, 0) {
			return fmt.Errorf("ClassWeight of class %d is %v; want a finite number of at least 0", class, w)
		}
	}
	return nil
}
