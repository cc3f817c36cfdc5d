package models_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// fitted trains a small net on data and returns the history.
func fitted(t *testing.T, loss losses.Loss, units int, data *datasets.Arrays, f models.Fit, hidden ...layers.Layer) *training.History {
	t.Helper()
	m := models.Sequential(layers.Input(data.X[0].Shape()[1:]...), &layers.Dense{Units: 16, Activation: activations.ReLU})
	for _, l := range hidden {
		m.Add(l)
	}
	var last activations.Activation
	accuracy := []metrics.Metric{metrics.Accuracy{}}
	if _, number := loss.(losses.MeanSquaredError); number {
		accuracy = nil
	} else if units == 1 {
		last = activations.Sigmoid
	} else {
		last = activations.Softmax
	}
	m.Add(&layers.Dense{Units: units, Activation: last})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: .01}, Loss: loss, Metrics: accuracy, Seed: 1}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), data, f)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestFitTellsTheHistoryWhatTheVerdictNeeds(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 8, 1)
	rows := []struct {
		name  string
		loss  losses.Loss
		units int
		y     *tensor.Tensor
		want  float64
	}{
		{"classes", losses.SparseCategoricalCrossentropy{}, 3, tensor.Of([]int32{0, 0, 0, 0, 1, 1, 2, 2}), 1.5 * math.Ln2},
		{"one-hot", losses.CategoricalCrossentropy{}, 2, tensor.Of([]float32{1, 0, 1, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1}, 8, 2), math.Ln2},
		{"yes or no", losses.BinaryCrossentropy{}, 1, tensor.Of([]float32{0, 0, 0, 0, 1, 1, 1, 1}, 8, 1), math.Ln2},
		{"a number", losses.MeanSquaredError{}, 1, tensor.Of([]float32{1, 1, 1, 1, 5, 5, 5, 5}, 8, 1), 4},
		{"weighted by nobody knows", losses.MeanAbsoluteError{}, 1, tensor.Of([]float32{1, 1, 1, 1, 5, 5, 5, 5}, 8, 1), 0},
	}
	for _, r := range rows {
		loss := r.loss
		var h *training.History
		if _, other := loss.(losses.MeanAbsoluteError); other {
			h = fitPlain(t, loss, datasets.Of(x, r.y))
		} else {
			h = fitted(t, loss, r.units, datasets.Of(x, r.y), models.Fit{Epochs: 1, ValidationSplit: .25})
		}
		if r.name == "a number" || r.name == "classes" || r.name == "yes or no" || r.name == "one-hot" {
			// The chance is computed from the training part, the first six samples.
			r.want = map[string]float64{"classes": entropyOf(4, 2), "one-hot": entropyOf(4, 2), "yes or no": entropyOf(4, 2), "a number": 16. * 2 / 9}[r.name]
		}
		if math.Abs(h.Chance-r.want) > 1e-6 || h.TrainSamples != 6 || h.ValidationSamples != 2 || h.Params == 0 {
			t.Errorf("%s: chance %v, %d and %d samples, %d parameters; want chance %v of 6 and 2", r.name, h.Chance, h.TrainSamples, h.ValidationSamples, h.Params, r.want)
		}
	}
}

func entropyOf(a, b float64) float64 {
	n := a + b
	return -a/n*math.Log(a/n) - b/n*math.Log(b/n)
}

func fitPlain(t *testing.T, loss losses.Loss, data *datasets.Arrays) *training.History {
	t.Helper()
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: loss}); err != nil {
		t.Fatal(err)
	}
	h, err := m.Fit(context.Background(), data, models.Fit{Epochs: 1, ValidationSplit: .25})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func wantVerdict(t *testing.T, h *training.History, want training.Finding, parts ...string) {
	t.Helper()
	v := h.Verdict()
	if v.Finding != want {
		t.Errorf("%v; want %v", v, want)
	}
	for _, p := range parts {
		if !strings.Contains(v.String(), p) {
			t.Errorf("%q does not say %q", v, p)
		}
	}
}

func TestASortedSplitIsNoOverfitting(t *testing.T) {
	iris := classic.Iris() // sorted by class
	h := fitted(t, losses.SparseCategoricalCrossentropy{}, 3, datasets.Of(iris.X, iris.Y), models.Fit{Epochs: 20, ValidationSplit: .33})
	wantVerdict(t, h, training.MismatchedData, "class 2 is", "Stratify")
}

func TestValidationDataOfAnotherScaleIsNoOverfitting(t *testing.T) {
	iris := classic.Iris()
	train, val, err := datasets.Split{Fraction: .3, Stratify: true, Seed: 1}.Of(datasets.Of(iris.X, iris.Y))
	if err != nil {
		t.Fatal(err)
	}
	val.X[0] = datasets.Rescaling{Scale: []float64{100}}.Apply(val.X[0])
	h := fitted(t, losses.SparseCategoricalCrossentropy{}, 3, train, models.Fit{Epochs: 30, Validation: val})
	wantVerdict(t, h, training.MismatchedData, "root mean square")
}

func TestStaleAveragesAreNoOverfitting(t *testing.T) {
	iris := classic.Iris()
	train, val, err := datasets.Split{Fraction: .3, Stratify: true, Seed: 1}.Of(datasets.Of(iris.X, iris.Y))
	if err != nil {
		t.Fatal(err)
	}
	one := func(momentum float64) *training.History { // one step per epoch
		return fitted(t, losses.SparseCategoricalCrossentropy{}, 3, train,
			models.Fit{Epochs: 20, BatchSize: 150, Validation: val}, &layers.BatchNormalization{Momentum: &momentum})
	}
	wantVerdict(t, one(.995), training.StaleAverages, "by moving averages", "Momentum: 0.9")
	if h := one(.5); h.TrainEvaluated > 0 && h.Verdict().Finding == training.StaleAverages {
		t.Errorf("%v; with momentum .5 the averages have arrived", h.Verdict())
	}
}

func TestARestoredRunIsJudgedByWhatWasRestored(t *testing.T) {
	iris := classic.Iris()
	train, val, err := datasets.Split{Fraction: .3, Stratify: true, Seed: 1}.Of(datasets.Of(iris.X, iris.Y))
	if err != nil {
		t.Fatal(err)
	}
	stop := &callbacks.EarlyStopping{Patience: 3, RestoreBestWeights: true}
	h := fitted(t, losses.SparseCategoricalCrossentropy{}, 3, train, models.Fit{Epochs: 500, BatchSize: 8, Validation: val, Callbacks: []training.Callback{stop}})
	i, _, _ := h.Best("val_loss")
	if h.Restored != h.Epochs[i]+1 || h.Len() == 500 {
		t.Errorf("restored %d of %d epochs; want %d", h.Restored, h.Len(), h.Epochs[i]+1)
	}
	wantVerdict(t, h, training.GoodFit, "restored epoch")
}

func TestTrainingDataIsEvaluatedOnlyBesideBatchStatistics(t *testing.T) {
	x := tensor.New(tensor.Float32, 40, 6, 6, 1)
	y := tensor.New(tensor.Int32, 40)
	labels, _ := tensor.Data[int32](y)
	pixels, _ := tensor.Data[float32](x)
	for i := range pixels {
		pixels[i] = float32(i*i%1009) / 1009
	}
	for i := range labels {
		labels[i] = int32(i % 2)
	}
	for _, norm := range []bool{false, true} {
		m := models.Sequential(layers.Input(6, 6, 1), &layers.Conv2D{Filters: 4, KernelSize: []int{3}})
		if norm {
			m.Add(&layers.BatchNormalization{})
		}
		m.Add(&layers.Flatten{})
		m.Add(&layers.Dense{Units: 2, Activation: activations.Softmax})
		if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: .05}, Loss: losses.SparseCategoricalCrossentropy{}, Seed: 1}); err != nil {
			t.Fatal(err)
		}
		h, err := m.Fit(context.Background(), datasets.Of(x, y), models.Fit{Epochs: 12, BatchSize: 30, ValidationSplit: .25})
		if err != nil {
			t.Fatal(err)
		}
		gap := h.Last()["val_loss"] > h.Last()["loss"]*1.05
		if (h.TrainEvaluated > 0) != (norm && gap) {
			t.Errorf("with batch statistics: %v, gap: %v, training data evaluated: %v", norm, gap, h.TrainEvaluated)
		}
		if norm && !gap {
			t.Errorf("%v: the test needs a gap", h.Last())
		}
	}
}
