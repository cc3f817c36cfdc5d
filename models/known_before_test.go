package models_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// begun returns the notes made before the first step of a Fit, and its error.
func begun(t *testing.T, m *models.Model, data datasets.Dataset, f models.Fit) (notes string, err error) {
	t.Helper()
	f.Callbacks = append(f.Callbacks, training.Func(func(e training.Event) error {
		if e.Kind == training.TrainBegin {
			notes = strings.Join(e.Run.Notes(), "\n")
		}
		return nil
	}))
	_, err = m.Fit(context.Background(), data, f)
	return notes, err
}

func TestValidationThatWouldNeverRunIsAnError(t *testing.T) {
	for want, f := range map[string]models.Fit{
		"ValidationFreq is 4, and the run has epochs 1 to 3":        {Epochs: 3, ValidationFreq: 4},
		"ValidationEpochs are [9], and the run has epochs 1 to 3":   {Epochs: 3, ValidationEpochs: []int{9}},
		"ValidationFreq is 10, and the run has epochs 5 to 7: vali": {InitialEpoch: 4, Epochs: 7, ValidationFreq: 10},
		"": {Epochs: 3, ValidationFreq: 3},
	} {
		f.Validation = rings(20)
		_, err := begun(t, dropping(t, 2), rings(20), f)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}

func TestAValidationSplitLeavesWhatItSays(t *testing.T) {
	for n, want := range map[int]int{10: 1, 100: 10, 1000: 100} {
		var train, val int
		_, err := dropping(t, 2).Fit(context.Background(), rings(n), models.Fit{ValidationSplit: .9, Callbacks: []training.Callback{
			training.Func(func(e training.Event) error { train, val = e.Run.Train, e.Run.Validation; return nil })}})
		if err != nil || train != want || val != n-want {
			t.Errorf("of %d samples .9 leaves %d and %d, want %d (%v)", n, train, val, want, err)
		}
	}
}

// logits is a model whose outputs are logits.
func logits(t *testing.T, units int, loss losses.Loss, ms ...metrics.Metric) (*models.Model, error) {
	t.Helper()
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: units})
	return m, m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: loss, Metrics: ms})
}

func TestMetricsOfLogitsAreNoted(t *testing.T) {
	for _, c := range []struct {
		m    metrics.Metric
		says string
	}{
		{metrics.Accuracy{}, "note: accuracy counts scores above 0.5 as 1, and BinaryCrossentropy takes scores (FromLogits), of which those above 0 are more likely 1 than not: take BinaryAccuracy{Threshold: new(0.0)}"},
		{&metrics.Precision{}, "precision counts scores above 0.5"},
		{metrics.Recall{}, "set Thresholds: []float64{0}"},
		{metrics.F1Score{Threshold: .5}, "f1_score counts scores above 0.5"},
		{metrics.Recall{Thresholds: []float64{0}}, ""},
		{metrics.BinaryAccuracy{Threshold: new(0.0)}, ""},
	} {
		m, err := logits(t, 1, losses.BinaryCrossentropy{FromLogits: true}, c.m)
		if err != nil {
			t.Fatal(err)
		}
		notes, err := begun(t, m, rings(20), models.Fit{})
		if err != nil || !strings.Contains(notes, c.says) || c.says == "" && strings.Contains(notes, "scores") {
			t.Errorf("%T: %q (%v); want %q", c.m, notes, err, c.says)
		}
	}
}

func TestTargetsThatAMetricCannotTake(t *testing.T) {
	x := tensor.New(tensor.Float32, 4, 2)
	m, err := logits(t, 3, losses.SparseCategoricalCrossentropy{FromLogits: true}, metrics.MeanIoU{NumClasses: 2, DensePred: true})
	if err != nil {
		t.Fatal(err)
	}
	_, err = begun(t, m, datasets.Of(x, tensor.Of([]int32{0, 1, 2, 0})), models.Fit{})
	if want := "metric mean_io_u has the classes 0 to 1, and target 2 is 2: set NumClasses, or IgnoreClass"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %q", err, want)
	}
	_, err = logits(t, 3, losses.SparseCategoricalCrossentropy{FromLogits: true}, metrics.F1Score{})
	if want := "metric f1_score: targets (2,) are class numbers; it wants one-hot rows (batch, 3)"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %q", err, want)
	}
}
