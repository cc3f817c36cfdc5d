package models_test

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// An error during a run may occur after weights have changed; it reports the position of the run.
func TestErrorsOfARunSayWhere(t *testing.T) {
	boom := errors.New("boom")
	for _, row := range []struct {
		name  string
		spoil func(a *trial)
		want  string
	}{
		{"84 a stream of 3 batches for 5 steps", func(a *trial) {
			a.data, a.fit = a.stream(3, nil), models.Fit{StepsPerEpoch: 5, Epochs: 2}
		}, "epoch 1, batch 3: the data ended at step 3 of 5"},
		{"85 a second batch of another shape", func(a *trial) {
			a.data = a.stream(1, func(yield func(datasets.Batch, error) bool) {
				yield(datasets.Batch{N: 16, X: []*tensor.Tensor{tensor.New(tensor.Float32, 16, 5)}, Y: []*tensor.Tensor{a.y.Rows(0, 16)}}, nil)
			})
		}, "epoch 1, batch 1: x: want (batch, 8), got (16, 5)"},
		{"90 a loss that becomes NaN", func(a *trial) {
			a.regression()
			a.y = tensor.Of(make([]float32, 64), 64, 1)
			a.compile.Optimizer = &optimizers.SGD{LearningRate: math.MaxFloat32}
			a.fit.Epochs = 3
		}, "lower the learning rate"},
		{"95 a callback that fails", func(a *trial) {
			a.fit.Callbacks = []callbacks.Callback{callbacks.Func(func(e callbacks.Event) error {
				if e.Kind == callbacks.EpochEnd {
					return boom
				}
				return nil
			})}
		}, "boom"},
	} {
		a := newTrial()
		row.spoil(a)
		var ends int
		a.fit.Callbacks = append(a.fit.Callbacks, callbacks.Func(func(e callbacks.Event) error {
			if e.Kind == callbacks.TrainEnd {
				ends++
			}
			return nil
		}))
		err := a.run()
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
		if ends != 1 {
			t.Errorf("%s: callbacks were told of the end %d times", row.name, ends)
		}
		if strings.HasPrefix(row.name, "95") && !errors.Is(err, boom) {
			t.Errorf("%v does not wrap %v", err, boom)
		}
	}
}

func TestFrozenWithoutCompileIsAnError(t *testing.T) {
	a := newTrial()
	a.after = func(m *models.Model) error {
		a.layers[0].(*layers.Dense).Frozen = true
		_, err := m.Fit(context.Background(), datasets.Of(a.x, a.y), a.fit)
		return err
	}
	if err := a.run(); err == nil || !strings.Contains(err.Error(), `"dense"`) || !strings.Contains(err.Error(), "Compile again") {
		t.Error(err)
	}
}

func TestANilContextIsAnError(t *testing.T) {
	ctx := context.Context(nil)
	for name, do := range map[string]func(a *trial, m *models.Model) error{
		"fit":      func(a *trial, m *models.Model) error { _, err := m.Fit(ctx, datasets.Of(a.x, a.y), a.fit); return err },
		"evaluate": func(a *trial, m *models.Model) error { _, err := m.Evaluate(ctx, datasets.Of(a.x, a.y)); return err },
		"predict":  func(a *trial, m *models.Model) error { _, err := m.Predict(ctx, a.x); return err },
		"predictor": func(a *trial, m *models.Model) error {
			p, err := m.Predictor(64)
			if err == nil {
				_, err = p.Predict(ctx, a.x)
			}
			return err
		},
		"train on batch": func(a *trial, m *models.Model) error {
			_, err := m.TrainOnBatch(ctx, datasets.Batch{N: 64, X: []*tensor.Tensor{a.x}, Y: []*tensor.Tensor{a.y}})
			return err
		},
	} {
		a := newTrial()
		a.after = func(m *models.Model) error { return do(a, m) }
		if err := a.run(); err == nil || !strings.Contains(err.Error(), "the context is nil: pass context.Background()") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A misspelled extension must not select another format.
func TestSavingUnderAnUnknownEndingIsAnError(t *testing.T) {
	a := newTrial()
	dir := t.TempDir()
	a.after = func(m *models.Model) error { return m.Save(filepath.Join(dir, "best.kears")) }
	if err := a.run(); err == nil || !strings.Contains(err.Error(), "end the path in .keras, .weights.h5 or .safetensors") {
		t.Error(err)
	}
	if files, _ := os.ReadDir(dir); len(files) > 0 {
		t.Errorf("%v were written", files)
	}
}
