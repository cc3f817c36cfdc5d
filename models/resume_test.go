package models_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// dropping is a model with random layers.
func dropping(t *testing.T, units int) *models.Model {
	t.Helper()
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: units, Activation: activations.Tanh}, &layers.Dropout{Rate: .3},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: .05}, Loss: losses.BinaryCrossentropy{}, Seed: 3}); err != nil {
		t.Fatal(err)
	}
	return m
}

func completed(t *testing.T, m *models.Model, data datasets.Dataset, f models.Fit) *training.History {
	t.Helper()
	h, err := m.Fit(context.Background(), data, f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func alike(a, b *models.Model) bool {
	for i, w := range a.Weights() {
		if !w.Equal(b.Weights()[i]) {
			return false
		}
	}
	return true
}

// A run in two halves, with InitialEpoch and without a backup, equals the whole run, whatever the
// form of the data and whether or not an epoch is a full pass.
func TestInitialEpochGoesOnInTheData(t *testing.T) {
	for name, data := range map[string]func() datasets.Dataset{
		"arrays":  func() datasets.Dataset { return rings(50) },
		"batched": func() datasets.Dataset { return &datasets.Batched{Data: rings(50), Size: 8, Shuffle: true, Seed: 4} },
		"endless": func() datasets.Dataset {
			return datasets.Repeat(&datasets.Batched{Data: rings(50), Size: 8, Shuffle: true}, 0)
		},
		"stream": func() datasets.Dataset { return datasets.Repeat(datasets.Func(rings(50).Batch(8).Batches), 0) },
	} {
		for _, steps := range []int{0, 3, 7} {
			if steps == 0 && (name == "endless" || name == "stream") {
				continue // an epoch would not end
			}
			whole, halves := dropping(t, 4), dropping(t, 4)
			completed(t, whole, data(), models.Fit{Epochs: 5, BatchSize: 8, StepsPerEpoch: steps})
			completed(t, halves, data(), models.Fit{Epochs: 2, BatchSize: 8, StepsPerEpoch: steps})
			completed(t, halves, data(), models.Fit{InitialEpoch: 2, Epochs: 5, BatchSize: 8, StepsPerEpoch: steps})
			if !alike(whole, halves) {
				t.Errorf("%s, StepsPerEpoch %d: two halves are not the whole", name, steps)
			}
		}
	}
}

// Fit also honors Start, the number of batches to skip in the first pass.
func TestFitHeedsTheStartOfABatched(t *testing.T) {
	seen := 0
	count := training.Func(func(e training.Event) error {
		if e.Kind == training.EpochEnd {
			seen = seen*1000 + e.Seen
		}
		return nil
	})
	completed(t, dropping(t, 4), &datasets.Batched{Data: rings(50), Size: 8, Start: 5}, models.Fit{Epochs: 2, Callbacks: []training.Callback{count}})
	if seen != 10_050 {
		t.Errorf("%d samples were seen in the two epochs, want 10 and 50", seen)
	}
}

// A keeper is a custom Resumer that keeps the state after each step in memory.
type keeper struct {
	states [][]byte
	from   []byte
}

func (*keeper) On(training.Event) error { return nil }

func (k *keeper) Resume(s training.State) error {
	if k.from == nil {
		return nil
	}
	return s.Restore(bytes.NewReader(k.from), int64(len(k.from)))
}

func (k *keeper) Backup(_ training.Event, s training.State) error {
	var b bytes.Buffer
	err := s.Save(&b)
	k.states = append(k.states, b.Bytes())
	return err
}

// Every saved state of a run leads to the same result.
func TestEachStateLeadsToTheSameEnd(t *testing.T) {
	settings := func(k *keeper) models.Fit {
		return models.Fit{Epochs: 3, BatchSize: 20, Validation: rings(20), Callbacks: []training.Callback{k,
			&callbacks.EarlyStopping{Patience: 2, RestoreBestWeights: true}}}
	}
	all := &keeper{}
	whole := dropping(t, 4)
	h := completed(t, whole, rings(50), settings(all))
	if len(all.states) != 12 {
		t.Fatalf("%d states, want those of 9 steps and 3 epochs", len(all.states))
	}
	for i, state := range all.states {
		m := dropping(t, 4)
		got := completed(t, m, rings(50), settings(&keeper{from: state}))
		if !alike(m, whole) || fmt.Sprint(got.Logs, got.Epochs) != fmt.Sprint(h.Logs, h.Epochs) {
			t.Errorf("from state %d the run ends elsewhere: %v, want %v", i, got.Logs, h.Logs)
		}
	}
}

func TestAStateOfAnotherRunIsRefused(t *testing.T) {
	k := &keeper{}
	base := models.Fit{Epochs: 1, BatchSize: 20}
	base.Callbacks = []training.Callback{k}
	completed(t, dropping(t, 4), rings(50), base)
	state := k.states[len(k.states)-1]
	refused := func(units int, data datasets.Dataset, change func(f *models.Fit), says string) {
		t.Helper()
		f := base
		f.Epochs, f.Callbacks = 2, []training.Callback{&keeper{from: state}}
		change(&f)
		if _, err := dropping(t, units).Fit(context.Background(), data, f); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v; want %q", err, says)
		}
	}
	same := func(*models.Fit) {}
	refused(4, rings(50), func(f *models.Fit) { f.BatchSize = 10 }, "BatchSize was 20, now it is 10")
	refused(4, rings(60), same, "the number of samples was 50, now it is 60")
	refused(5, rings(50), same, "the backup is of another model")
	refused(4, rings(50), func(f *models.Fit) { f.Callbacks = append(f.Callbacks, &callbacks.EarlyStopping{Monitor: "loss"}) }, "state of callbacks")
	state = state[:len(state)-1]
	refused(4, rings(50), same, training.ErrDamaged.Error())
}

// When the context is done, the state is saved before callbacks such as EarlyStopping change the
// weights, and the run resumes from there.
func TestACancelledRunIsSavedAsItWas(t *testing.T) {
	dir := t.TempDir()
	settings := func(more ...training.Callback) models.Fit {
		return models.Fit{Epochs: 4, BatchSize: 20, Validation: rings(20), Callbacks: append([]training.Callback{
			&callbacks.EarlyStopping{Patience: 9, RestoreBestWeights: true}, &callbacks.BackupAndRestore{Dir: dir}}, more...)}
	}
	whole := dropping(t, 4)
	completed(t, whole, rings(50), settings())
	ctx, cancel := context.WithCancel(context.Background())
	m := dropping(t, 4)
	_, err := m.Fit(ctx, rings(50), settings(training.Func(func(e training.Event) error {
		if e.Kind == training.BatchEnd && e.Epoch == 2 && e.Batch == 1 {
			cancel()
		}
		return nil
	})))
	if err == nil {
		t.Fatal("it was not cancelled")
	}
	steps := 0
	again := dropping(t, 4)
	completed(t, again, rings(50), settings(training.Func(func(e training.Event) error {
		if e.Kind == training.BatchEnd {
			steps++
		}
		return nil
	})))
	if steps != 4 || !alike(again, whole) {
		t.Errorf("it went on for %d steps, want 4; the same weights: %v", steps, alike(again, whole))
	}
}

// A run that is interrupted during validation repeats the validation when it is resumed, with the
// states that stateful layers had at its beginning.
func TestAnInterruptedValidationBeginsAnew(t *testing.T) {
	build := func() *models.Model {
		m := models.Sequential(layers.Input(2, 1), &layers.GRU{Units: 3, Stateful: true}, &layers.Dense{Units: 1})
		if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.MeanSquaredError{}, Seed: 2}); err != nil {
			t.Fatal(err)
		}
		return m
	}
	r := rings(40)
	data := datasets.Of(r.X[0].Reshape(40, 2, 1), r.Y[0].Reshape(40, 1).Convert(tensor.Float32))
	dir := t.TempDir()
	run := func(m *models.Model, cancelAt int) (*training.History, error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		batches := 0
		val := datasets.Map(data.Batch(10), func(b datasets.Batch) (datasets.Batch, error) {
			if batches++; batches == cancelAt {
				cancel()
			}
			return b, nil
		})
		return m.Fit(ctx, data, models.Fit{Epochs: 2, BatchSize: 10, Validation: val,
			Callbacks: []training.Callback{&callbacks.BackupAndRestore{Dir: dir}}})
	}
	want, err := run(build(), -1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := run(build(), 3); !errors.Is(err, context.Canceled) {
		t.Fatalf("%v; want it cancelled in the first validation", err)
	}
	got, err := run(build(), -1)
	if err != nil || fmt.Sprint(got.Logs) != fmt.Sprint(want.Logs) {
		t.Errorf("%v (%v), want %v", got.Logs, err, want.Logs)
	}
}

// If the data does not support starting in the middle, the run notes that it is read again.
func TestAStreamIsSkippedForwardWithANote(t *testing.T) {
	for note, data := range map[string]datasets.Dataset{
		"resumed in epoch 2 after 3 steps; the data set can't seek: the first 3 batches are read again and skipped": datasets.Func(rings(50).Batch(10).Batches),
		"resumed in epoch 2 after 3 steps": rings(50).Batch(10),
	} {
		k := &keeper{}
		whole := dropping(t, 4)
		completed(t, whole, data, models.Fit{Epochs: 3, Callbacks: []training.Callback{k}})
		notes := ""
		m := dropping(t, 4)
		completed(t, m, data, models.Fit{Epochs: 3, Callbacks: []training.Callback{&keeper{from: k.states[5+1+2]},
			training.Func(func(e training.Event) error { notes = strings.Join(e.Run.Notes(), "\n"); return nil })}})
		if notes != note || !alike(m, whole) {
			t.Errorf("noted %q, want %q; the same weights: %v", notes, note, alike(m, whole))
		}
	}
}
