package models_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

func magnitudes(weights []*tensor.Tensor) (sums []float64) {
	for _, w := range weights {
		sum := 0.0
		for _, x := range w.Data().([]float32) {
			sum += math.Abs(float64(x))
		}
		sums = append(sums, sum)
	}
	return sums
}

func closeTo(a, b []float64) bool {
	for i := range b {
		if len(a) != len(b) || math.Abs(a[i]-b[i]) > 2e-6*math.Abs(b[i]) {
			return false
		}
	}
	return true
}

// emaModel is the model of testdata/swap_ema.py.
func emaModel(t *testing.T, multi bool) (m *models.Model, train, validation *datasets.Arrays) {
	t.Helper()
	m = models.Sequential(layers.Input(3), &layers.Dense{Units: 2})
	var o optimizers.Optimizer = &optimizers.SGD{LearningRate: .3, Momentum: .5, Options: optimizers.Options{UseEMA: true, EMAMomentum: new(.6)}}
	if multi {
		o = &optimizers.MultiOptimizer{Map: optimizers.OptimizerMap{Default: &optimizers.SGD{LearningRate: .2},
			Optimizers: []optimizers.Mapped{{Path: ".*kernel", Optimizer: o}}}}
	}
	if err := m.Compile(models.Compile{Optimizer: o, Loss: losses.MeanSquaredError{}}); err != nil {
		t.Fatal(err)
	}
	if err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{.1, -.2, .3, .4, -.5, .6}, 3, 2), tensor.Of([]float32{.1, -.1}, 2)}); err != nil {
		t.Fatal(err)
	}
	b := threeColumns()
	x := b.X[0].Data().([]float32)
	back := make([]float32, len(x))
	for i := range 8 {
		copy(back[3*i:], x[3*(7-i):3*(8-i)])
	}
	return m, &datasets.Arrays{X: b.X, Y: b.Y}, &datasets.Arrays{X: []*tensor.Tensor{tensor.Of(back, 8, 3)}, Y: b.Y}
}

// The expected values are printed by testdata/swap_ema.py.
func TestSwapEMAWeightsValidatesWithAverages(t *testing.T) {
	for _, row := range []struct {
		name  string
		multi bool
		swap  *callbacks.SwapEMAWeights
		loss  []float64 // of the validation
		at    [][]float64
		end   []float64
	}{
		{"none", false, nil, []float64{5.122946739196777, 7.7702436447143555, 7.259726524353027},
			[][]float64{{3.3144288063049316, 0.45401763916015625}, {4.494943141937256, 0.4306601881980896}, {4.311422348022461, 0.4133312404155731}},
			[]float64{4.124605655670166, 0.32867497205734253}},
		{"validation", false, &callbacks.SwapEMAWeights{}, []float64{3.7028605937957764, 5.891395568847656, 6.854016304016113},
			[][]float64{{3.3144288063049316, 0.45401763916015625}, {4.494943141937256, 0.4306601881980896}, {4.311422348022461, 0.4133312404155731}},
			[]float64{4.124605655670166, 0.32867497205734253}},
		{"epoch", false, &callbacks.SwapEMAWeights{SwapOnEpoch: true}, []float64{3.7028605937957764, 5.891395568847656, 6.854016304016113},
			[][]float64{{2.53520131111145, 0.5144312977790833}, {3.6756949424743652, 0.46733713150024414}, {4.124605655670166, 0.32867497205734253}},
			[]float64{4.124605655670166, 0.32867497205734253}},
		{"several optimizers", true, &callbacks.SwapEMAWeights{SwapOnEpoch: true}, []float64{3.601897716522217, 5.877094745635986, 6.907318592071533},
			[][]float64{{2.5353503227233887, 0.12001930922269821}, {3.697908878326416, 0.21081610023975372}, {4.198998928070068, 0.2345643788576126}},
			[]float64{4.198998928070068, 0.2345643788576126}},
	} {
		m, train, validation := emaModel(t, row.multi)
		var at [][]float64
		fit := models.Fit{Epochs: 3, BatchSize: 4, NoShuffle: true, Validation: validation}
		if row.swap != nil {
			fit.Callbacks = append(fit.Callbacks, row.swap)
		}
		fit.Callbacks = append(fit.Callbacks, callbacks.Func(func(e callbacks.Event) error {
			if e.Kind == callbacks.EpochEnd {
				at = append(at, magnitudes(m.Weights()))
			}
			return nil
		}))
		h, err := m.Fit(context.Background(), train, fit)
		if err != nil {
			t.Fatal(err)
		}
		for i, logs := range h.Logs {
			if !closeTo([]float64{logs["val_loss"]}, row.loss[i:i+1]) || !closeTo(at[i], row.at[i]) {
				t.Errorf("%s: epoch %d: val_loss %v, weights %v; want %v, %v", row.name, i, logs["val_loss"], at[i], row.loss[i], row.at[i])
			}
		}
		if got := magnitudes(m.Weights()); !closeTo(got, row.end) {
			t.Errorf("%s: weights %v in the end; want %v", row.name, got, row.end)
		}
	}
}

// A run that is stopped while the averages are swapped in keeps the averages.
func TestAStoppedRunEndsWithAverages(t *testing.T) {
	m, train, _ := emaModel(t, false)
	_, err := m.Fit(context.Background(), train, models.Fit{Epochs: 3, BatchSize: 4, NoShuffle: true, Callbacks: []callbacks.Callback{
		&callbacks.SwapEMAWeights{SwapOnEpoch: true},
		callbacks.Func(func(e callbacks.Event) error {
			if e.Kind == callbacks.EpochEnd && e.Epoch == 1 {
				return callbacks.Stop
			}
			return nil
		})}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := magnitudes(m.Weights()), []float64{3.6756949424743652, 0.46733713150024414}; !closeTo(got, want) {
		t.Errorf("weights %v; want %v", got, want)
	}
}

func TestSwapEMAWeightsNeedsAverages(t *testing.T) {
	m := models.Sequential(layers.Input(3), &layers.Dense{Units: 2})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}}); err != nil {
		t.Fatal(err)
	}
	b := threeColumns()
	_, err := m.Fit(context.Background(), &datasets.Arrays{X: b.X, Y: b.Y}, models.Fit{Callbacks: []callbacks.Callback{&callbacks.SwapEMAWeights{}}})
	if err == nil || !strings.Contains(err.Error(), "the optimizer keeps no averages of the weights: set its UseEMA") {
		t.Error(err)
	}
	if err := m.SwapInAverages(); err == nil {
		t.Error("there are no averages")
	}
}
