package models_test

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// brittle yields the batches of a data set, and panics after a number of them.
type brittle struct {
	datasets.Dataset
	good int
}

func (b brittle) Batches() iter.Seq2[datasets.Batch, error] {
	return func(yield func(datasets.Batch, error) bool) {
		n := 0
		for batch, err := range b.Dataset.Batches() {
			if n == b.good {
				var rows []int
				_ = rows[n] // a bug
			}
			n++
			if !yield(batch, err) {
				return
			}
		}
	}
}

// uncounted is data in memory that does not report its size.
type uncounted struct{ *datasets.Arrays }

func (uncounted) Len() int { panic("uncounted") }

// A panic in a user's data set or callback becomes an error that says whose it is, when it
// occurred and where in the code.
func TestPanicsOfUsersAreErrors(t *testing.T) {
	ctx := context.Background()
	bug := "panicked: runtime error: index out of range [2] with length 0"
	for name, row := range map[string]struct {
		spoil func(a *trial)
		wants []string
	}{
		"training data": {func(a *trial) { a.data = brittle{datasets.Of(a.x, a.y), 1} },
			[]string{"models: fit: epoch 1, batch 1: the data set models_test.brittle panicked: runtime error: index out of range [1]", "panic_test.go:"}},
		"training data in steps": {func(a *trial) { a.data, a.fit.StepsPerEpoch = brittle{datasets.Of(a.x, a.y).Batch(8), 2}, 4 },
			[]string{"models: fit: epoch 1, batch 2: the data set models_test.brittle " + bug, "panic_test.go:"}},
		"prefetched data": {func(a *trial) { a.data = datasets.Prefetch(brittle{datasets.Of(a.x, a.y).Batch(8), 2}, 3) },
			[]string{"models: fit: epoch 1, batch 2: the data set models_test.brittle " + bug, "panic_test.go:"}},
		"validation data": {func(a *trial) { a.fit.Validation = brittle{datasets.Of(a.x, a.y).Batch(8), 2} },
			[]string{"models: fit: validation: batch 2: the data set models_test.brittle " + bug, "panic_test.go:"}},
		"data without a length": {func(a *trial) { a.data = uncounted{datasets.Of(a.x, a.y)} },
			[]string{"models: fit: the data panicked: uncounted", "panic_test.go:"}},
		"a callback": {func(a *trial) {
			a.fit.Callbacks = []callbacks.Callback{callbacks.Func(func(e callbacks.Event) error {
				if e.Kind == callbacks.BatchEnd {
					panic("boom")
				}
				return nil
			})}
		}, []string{"models: fit: callback Func ", ": panicked: boom\n", "panic_test.go:"}},
		"evaluate": {func(a *trial) {
			a.after = func(m *models.Model) error {
				_, err := m.Evaluate(ctx, brittle{datasets.Of(a.x, a.y).Batch(8), 2})
				return err
			}
		}, []string{"models: evaluate: batch 2: the data set models_test.brittle " + bug, "panic_test.go:"}},
		"predict": {func(a *trial) {
			a.after = func(m *models.Model) error {
				_, err := m.PredictDataset(ctx, brittle{datasets.Of(a.x, nil).Batch(8), 2})
				return err
			}
		}, []string{"models: predict: batch 2: the data set models_test.brittle " + bug, "panic_test.go:"}},
	} {
		a := newTrial()
		row.spoil(a)
		err := a.run()
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range row.wants {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v\nlacks %q", name, err, want)
			}
		}
	}
}

// After such an error the model is intact: it trains and evaluates.
func TestAModelGoesOnAfterAPanic(t *testing.T) {
	ctx := context.Background()
	a := newTrial()
	a.after = func(m *models.Model) error {
		data := datasets.Of(a.x, a.y)
		if _, err := m.Fit(ctx, brittle{data.Batch(8), 3}, models.Fit{}); err == nil {
			t.Error("no error")
		}
		if _, err := m.Evaluate(ctx, brittle{data.Batch(8), 3}); err == nil {
			t.Error("no error")
		}
		if _, err := m.Fit(ctx, data, models.Fit{}); err != nil {
			return err
		}
		_, err := m.Evaluate(ctx, data)
		return err
	}
	if err := a.run(); err != nil {
		t.Error(err)
	}
}

// A panic in the body of the caller's loop over the epochs is not recovered.
func TestAPanicOfTheCallersLoopPasses(t *testing.T) {
	a := newTrial()
	a.after = func(m *models.Model) error {
		defer func() {
			if r := recover(); r != "mine" {
				t.Errorf("recovered %v", r)
			}
		}()
		for range m.Epochs(context.Background(), datasets.Of(tensor.Of(a.x.Data().([]float32), 64, 8), a.y), models.Fit{Epochs: 2}) {
			panic("mine")
		}
		return nil
	}
	if err := a.run(); err != nil {
		t.Error(err)
	}
}
