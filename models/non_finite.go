package models

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// Limits on the state kept for tracing the origin of a non-finite loss.
const (
	keepEvery = 10 * time.Second // at least, and 200 times the duration of a copy
	keepMost  = 64 << 20         // bytes of variables: the additional memory that a run may use
)

// A kept is the state of a run at a step, held in memory. If the loss becomes NaN or infinite, the
// steps are repeated from it.
type kept struct {
	at          position
	pass, batch int
	values      []*tensor.Tensor // of the run's variables
	numbers     []float64
	settable    bool // the learning rate can be set
	rates       []rateAt
	when        time.Time
	took        time.Duration
}

// A rateAt is the learning rate that a callback set before a step.
type rateAt struct {
	at   position
	rate float64
}

// keep saves the state before a step on b, at intervals. A state that is already non-finite is
// reported instead.
func (r *run) keep(b *datasets.Batch) error {
	if r.f.AllowNonFinite || r.tooLarge {
		return nil
	}
	if k := r.kept; k != nil {
		k.noteRate(r)
		if r.at.Step%64 != 0 || time.Since(k.when) < max(keepEvery, 200*k.took) {
			return nil
		}
	}
	if r.kept != nil && r.at.Step > 0 {
		if logs, err := r.c.logs(learning); err != nil || !isFinite(logs[training.Loss]) {
			return errors.Join(err, r.finite(logs, r.at.Epoch))
		}
	}
	start := time.Now()
	if r.kept == nil && r.prepare(b) != nil {
		return nil // the step reports the error in more detail
	}
	if r.tooLarge = sizeOf(r.vars) > keepMost; r.tooLarge {
		return nil
	}
	values, err := copiesOf(r.vars, r.spareCopies())
	if err != nil {
		return err
	}
	rate, settable := r.c.optimizer.LearningRate()
	now := time.Now()
	r.kept = &kept{at: r.at, pass: r.train.pass, batch: r.train.batch, values: values, numbers: numbersOf(r.c.optimizer),
		settable: settable, rates: []rateAt{{r.at, rate}}, when: now, took: now.Sub(start)}
	return nil
}

// noteRate records a learning rate that a callback has changed.
func (k *kept) noteRate(r *run) {
	if !k.settable {
		return
	}
	if rate, _ := r.c.optimizer.LearningRate(); rate != k.rates[len(k.rates)-1].rate {
		k.rates = append(k.rates, rateAt{r.at, rate})
	}
}

// prepare creates the variables of a training step on b.
func (r *run) prepare(b *datasets.Batch) error {
	x, err := r.m.toDevice(b.X)
	if err != nil {
		return err
	}
	e, err := r.c.entryFor(learning, x, b.Y, b.Weights)
	if err != nil {
		return err
	}
	defer e.Close()
	r.traced, r.vars = stepTypes{e.x, e.y, e.w}, nil
	_, err = r.variables()
	return err
}

func sizeOf(vars []*graph.Variable) (n int) {
	for _, v := range vars {
		n += v.Type.Shape.Size() * v.Type.DType.Size()
	}
	return n
}

// copiesOf returns copies of the values of vars, in the arrays of earlier copies if there are any.
func copiesOf(vars []*graph.Variable, earlier []*tensor.Tensor) ([]*tensor.Tensor, error) {
	values := make([]*tensor.Tensor, len(vars))
	copy(values, earlier)
	for i, v := range vars {
		var err error
		if values[i], err = runtime.ValueInto(values[i], v); err != nil {
			return nil, fmt.Errorf("%s: %w", v.Path, err)
		}
	}
	return values, nil
}

// spareCopies returns copies that are no longer needed, of this run or an earlier one.
func (r *run) spareCopies() []*tensor.Tensor {
	k := r.kept
	if k == nil {
		k, _ = r.c.spare.Get().(*kept)
	}
	if k == nil {
		return nil
	}
	return k.values
}

func isFinite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// finite reports a training loss that has become NaN or infinite, and where that began.
func (r *run) finite(logs training.Logs, epoch int) error {
	v := logs[training.Loss]
	if isFinite(v) {
		return nil
	}
	const remedy = "lower the learning rate, scale the features, or clip gradients (Fit.AllowNonFinite goes on regardless)"
	if origin := r.origin(); origin != "" {
		return fmt.Errorf("models: fit: the loss is %v after epoch %d: it began in %s: %s", v, epoch+1, origin, remedy)
	}
	return fmt.Errorf("models: fit: the loss is %v after epoch %d: %s", v, epoch+1, remedy)
}

// origin repeats the steps since the last kept state until one fails, and says where it failed; ""
// if that cannot be determined. It leaves the variables as they were.
func (r *run) origin() (text string) {
	if r.kept == nil {
		return ""
	}
	values, err := copiesOf(r.vars, nil)
	if err != nil {
		return ""
	}
	numbers := numbersOf(r.c.optimizer)
	defer func() {
		if r.setState(values, numbers) != nil {
			text = ""
		}
	}()
	text, err = r.again(r.kept)
	if err != nil {
		return ""
	}
	return text
}

// again repeats the steps after k and describes the first that fails.
func (r *run) again(k *kept) (string, error) {
	if err := r.setState(k.values, k.numbers); err != nil {
		return "", err
	}
	r.train.close()
	r.train.pass, r.train.batch = k.pass, k.batch
	rates := k.rates
	for at := (position{Epoch: k.at.Epoch, Step: k.at.Step}); at.Epoch <= r.at.Epoch; at = (position{Epoch: at.Epoch + 1}) {
		for b, err := range r.train.epoch(at.Epoch, at.Step) {
			if err != nil {
				return "", err
			}
			for len(rates) > 0 && rates[0].at.Epoch == at.Epoch && rates[0].at.Step == at.Step {
				if k.settable {
					err = r.c.optimizer.SetLearningRate(rates[0].rate)
				}
				rates = rates[1:]
			}
			what, e := r.tryStep(&b)
			if err := errors.Join(err, e); err != nil {
				return "", err
			}
			if what != "" {
				return fmt.Sprintf("epoch %d, batch %d, %s", at.Epoch+1, at.Step, what), nil
			}
			at.Step++
			r.train.batch++
		}
	}
	return "", nil
}

// tryStep runs a step and describes what in it is not finite; "" if everything is.
func (r *run) tryStep(b *datasets.Batch) (string, error) {
	if r.weigher != nil {
		if err := r.weigher.apply(b); err != nil {
			return "", err
		}
	}
	values, err := copiesOf(r.vars, nil)
	if err != nil {
		return "", err
	}
	numbers := numbersOf(r.c.optimizer)
	if err := r.c.reset(learning); err != nil {
		return "", err
	}
	if err := r.c.step(r.ctx, learning, b); err != nil {
		return "", err
	}
	logs, err := r.c.logs(learning)
	if err != nil {
		return "", err
	}
	if isFinite(logs[training.Loss]) && r.m.weightsFinite() {
		return "", nil
	}
	if err := r.setState(values, numbers); err != nil {
		return "", err
	}
	return r.examine(b)
}

// setState sets the run's variables and the optimizer's numbers.
func (r *run) setState(values []*tensor.Tensor, numbers []float64) error {
	r.m.mu.Lock()
	defer r.m.mu.Unlock()
	return errors.Join(setAll(r.vars, values), setNumbers(r.c.optimizer, numbers))
}

// weightsFinite reports whether all weights are finite.
func (m *Model) weightsFinite() bool {
	for _, v := range m.vars {
		if t, err := runtime.Value(v); err == nil && !t.Finite() {
			return false
		}
	}
	return true
}
