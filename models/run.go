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
	"github.com/rhyton/rhyton/internal/panicerr"
	"github.com/rhyton/rhyton/training"
)

// A run is one Fit under way.
type run struct {
	m    *Model
	c    *compiled
	ctx  context.Context
	f    Fit
	info *training.Run

	train      *source
	validation *source // nil: none
	callbacks  training.Callbacks

	logs    training.Logs // of the last complete epoch
	running func() (training.Logs, error)
	seen    int

	warnings []string // of the data
	prior    prior    // what the data says of the run
	weigher  *weigher // nil without class weights
}

// begin tells the callbacks that training begins.
func (r *run) begin() error {
	r.running = func() (training.Logs, error) { return r.c.logs(learning) }
	return r.tell(training.Event{Kind: training.TrainBegin, Run: r.info, Model: r.m})
}

// tell tells the callbacks of e and returns what ends the run.
func (r *run) tell(e training.Event) error {
	err := r.callbacks.Tell(e)
	if err == nil || errors.Is(err, training.Stop) {
		return err
	}
	return fmt.Errorf("models: fit: %w", err)
}

// epoch trains and validates once. The event has logs if the epoch is complete.
func (r *run) epoch(epoch int) (training.Event, error) {
	none := training.Event{}
	if err := r.tell(training.Event{Kind: training.EpochBegin, Epoch: epoch, Run: r.info, Model: r.m}); err != nil {
		return none, err
	}
	if err := r.c.reset(learning); err != nil {
		return none, err
	}
	stop := r.steps(epoch)
	if stop != nil && !errors.Is(stop, training.Stop) {
		return none, stop
	}
	logs, err := r.c.logs(learning)
	if err != nil {
		return none, err
	}
	if r.validates(epoch) {
		val, err := r.validate(epoch)
		if val == nil {
			return none, err
		}
		if stop == nil {
			stop = err
		}
		for name, v := range val {
			logs["val_"+name] = v
		}
	}
	r.logs = logs
	return r.endEpoch(training.Event{Kind: training.EpochEnd, Epoch: epoch, Seen: r.seen, Logs: logs, Run: r.info, Model: r.m}, stop)
}

// endEpoch tells of an epoch's end and returns what ends the run: a failure, the stop of
// before, a stop now, or a loss that is no number.
func (r *run) endEpoch(end training.Event, stop error) (training.Event, error) {
	err := r.tell(end)
	switch {
	case err != nil && !errors.Is(err, training.Stop):
		return end, err
	case stop != nil:
		return end, stop
	case err == nil && !r.f.AllowNonFinite:
		err = finite(end.Logs, end.Epoch)
	}
	return end, err
}

// finite reports a training loss that has become NaN or infinite.
func finite(logs training.Logs, epoch int) error {
	if v := logs[training.Loss]; math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("models: fit: the loss is %v after epoch %d: lower the learning rate, scale the features, or clip gradients (Fit.AllowNonFinite goes on regardless)", v, epoch+1)
	}
	return nil
}

// steps runs the training steps of an epoch.
func (r *run) steps(epoch int) error {
	r.seen = 0
	every := max(r.c.cfg.StepsPerExecution, 1)
	step := 0
	for b, err := range r.train.epoch(epoch) {
		if err == nil {
			err = r.step(&b)
		}
		if err != nil {
			if cause := r.ctx.Err(); cause != nil && errors.Is(err, cause) {
				return err
			}
			return fmt.Errorf("models: fit: epoch %d, batch %d: %w", epoch+1, step, err)
		}
		step++
		if step%every == 0 {
			if err := r.batchEnd(epoch, step-1); err != nil {
				return err
			}
		}
	}
	switch {
	case step == 0:
		return fmt.Errorf("models: fit: the data has no samples")
	case step%every != 0:
		return r.batchEnd(epoch, step-1)
	}
	return nil
}

// step checks, weighs and trains on one batch.
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
	err := r.c.step(r.ctx, learning, b)
	if err == nil {
		r.seen += b.N
	}
	return err
}

// batchEnd tells the callbacks that a step is done.
func (r *run) batchEnd(epoch, step int) error {
	if len(r.callbacks) == 0 {
		return nil
	}
	return r.tell(training.Event{Kind: training.BatchEnd, Epoch: epoch, Batch: step, Seen: r.seen,
		Running: r.running, Run: r.info, Model: r.m})
}

// validate measures the model on the validation data, between the two events that say so.
// Logs come with a nil error, or with that of a callback that stops the run.
func (r *run) validate(epoch int) (training.Logs, error) {
	e := training.Event{Kind: training.ValidationBegin, Epoch: epoch, Seen: r.seen, Run: r.info, Model: r.m}
	begin := r.tell(e)
	if begin != nil && !errors.Is(begin, training.Stop) {
		return nil, begin
	}
	logs, err := r.evaluate()
	if err != nil {
		return nil, fmt.Errorf("models: fit: validation: %w", err)
	}
	e.Kind = training.ValidationEnd
	end := r.tell(e)
	if end != nil && !errors.Is(end, training.Stop) {
		return nil, end
	}
	return logs, cmp.Or(begin, end)
}

// validates reports whether there is validation after the epoch.
func (r *run) validates(epoch int) bool {
	switch {
	case r.validation == nil:
		return false
	case len(r.f.ValidationEpochs) > 0:
		return slices.Contains(r.f.ValidationEpochs, epoch+1)
	}
	return (epoch+1)%max(r.f.ValidationFreq, 1) == 0
}

// evaluate makes one pass over the validation data.
func (r *run) evaluate() (training.Logs, error) {
	r.validation.close() // every measurement begins at the first sample
	return r.c.evaluate(r.ctx, r.validation, r.f.AllowNonFinite)
}

// end tells the callbacks that training is over, and why, and returns why.
func (r *run) end(cause error) error {
	if err := r.c.finish(); err != nil && cause == nil {
		cause = err
	}
	if cause == nil || errors.Is(cause, training.Stop) {
		r.evaluateTrain()
	}
	e := training.Event{Kind: training.TrainEnd, Run: r.info, Model: r.m, Logs: r.logs, Err: cause}
	if err := r.tell(e); err != nil && (cause == nil || errors.Is(cause, training.Stop)) {
		cause = err
	}
	e.Kind, e.Err = training.Done, cause
	if err := r.tell(e); err != nil && cause == nil {
		cause = err
	}
	return cause
}

// close ends what the run's data still has under way.
func (r *run) close() {
	r.train.close()
	if r.validation != nil {
		r.validation.close()
	}
	r.m.mu.Lock()
	r.c.fitting = false
	r.m.mu.Unlock()
}

// newRun checks a Fit and prepares it. Nothing has changed when it returns an error.
func (m *Model) newRun(ctx context.Context, data datasets.Dataset, f Fit) (*run, error) {
	c, err := m.compiledFor("fit")
	if err != nil {
		return nil, err
	}
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("models: fit: %w", err)
	}
	if ctx == nil {
		return nil, fmt.Errorf("models: fit: %w", errNoContext)
	}
	r := &run{m: m, c: c, ctx: ctx, f: f, callbacks: f.Callbacks}
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

// check reports settings that make no sense.
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
