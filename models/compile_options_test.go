package models_test

import (
	"bytes"
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
)

// As in Keras, on_train_batch_end is called after each execution with the index of its last step:
// for 8 samples in batches of 1 with 3 steps per execution, after 2, 5 and 7.
func TestStepsPerExecutionSpareEvents(t *testing.T) {
	m := models.Sequential(layers.Input(3), &layers.Dense{Units: 2})
	compile := models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}, StepsPerExecution: 3}
	if err := m.Compile(compile); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "m.keras")
	for range 2 {
		var batches, seen []int
		b := threeColumns()
		_, err := m.Fit(context.Background(), &datasets.Arrays{X: b.X, Y: b.Y}, models.Fit{BatchSize: 1, Callbacks: []callbacks.Callback{
			callbacks.Func(func(e callbacks.Event) error {
				if e.Kind == callbacks.BatchEnd {
					batches, seen = append(batches, e.Batch), append(seen, e.Seen)
				}
				return nil
			})}})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(batches, []int{2, 5, 7}) || !slices.Equal(seen, []int{3, 6, 8}) {
			t.Errorf("events after %v, samples seen %v", batches, seen)
		}
		if err := m.Save(path); err != nil { // the file records it
			t.Fatal(err)
		}
		if m, err = models.Load(path); err != nil {
			t.Fatal(err)
		}
	}
	compile.StepsPerExecution = -1
	if err := m.Compile(compile); err == nil || !strings.Contains(err.Error(), "StepsPerExecution is -1") {
		t.Error(err)
	}
}

func TestAFloat16ModelScalesItsLoss(t *testing.T) {
	for _, row := range []struct {
		policy layers.Policy
		not    bool
		want   string
	}{
		{layers.MixedFloat16, false, "LossScaleOptimizer state"},
		{layers.MixedFloat16, true, "SGD state"},
		{layers.Policy{}, false, "SGD state"},
	} {
		m := models.Sequential(layers.Input(3), &layers.Dense{Units: 2})
		err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{Momentum: .5}, Loss: losses.MeanSquaredError{}, Policy: row.policy, NoAutoScaleLoss: row.not})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.TrainOnBatch(context.Background(), threeColumns()); err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := m.Summary(&text); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text.String(), row.want) {
			t.Errorf("%v: %s; want %q", row.policy, text.String(), row.want)
		}
	}
}

func TestSummaryShowsARangeAndWhatIsTrained(t *testing.T) {
	m := models.Sequential(layers.Input(3), &layers.Dense{Units: 2, Name: "first"}, &layers.Dense{Units: 2, Name: "second", Base: layers.Base{Frozen: true}},
		&layers.Dropout{Name: "drop", Rate: .5}, &layers.Dense{Units: 1, Name: "last", LoRARank: 1})
	lines := func(o models.Summary) []string {
		var text bytes.Buffer
		if err := m.Summary(&text, o); err != nil {
			t.Fatal(err)
		}
		return strings.Split(text.String(), "\n")
	}
	of := func(lines []string, name string) string {
		for _, l := range lines {
			if strings.Contains(l, name+" ") {
				return strings.TrimSpace(l)
			}
		}
		return ""
	}
	all := lines(models.Summary{ShowTrainable: true})
	for name, want := range map[string]string{"first": "yes", "second": "no", "last": "yes"} {
		if l := of(all, name); !strings.HasSuffix(l, want) {
			t.Errorf("%s: %q; want %s", name, l, want)
		}
	}
	some := lines(models.Summary{LayerRange: [2]string{"sec", "dr.p"}})
	if of(some, "first") != "" || of(some, "last") != "" || of(some, "second") == "" || of(some, "drop") == "" {
		t.Errorf("%q", some)
	}
	for want, r := range map[string][2]string{`no layer matches "x"`: {"x", ""}, `"last" comes after "first"`: {"last", "first"}} {
		if err := m.Summary(&bytes.Buffer{}, models.Summary{LayerRange: r}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
}
