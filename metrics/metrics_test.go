package metrics

import (
	"strings"
	"testing"

	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/session"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

func TestParseKnowsKerasNamesAndSuggests(t *testing.T) {
	for _, name := range strings.Fields("accuracy acc mse mae mape msle bce auc AUC precision recall f1_score fbeta_score r2_score " +
		"binary_accuracy categorical_accuracy sparse_categorical_accuracy top_k_categorical_accuracy mean_squared_error " +
		"root_mean_squared_error hinge kl_divergence poisson cosine_similarity mean sum crossentropy true_positives") {
		if _, err := Parse(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := Parse("acuracy"); err == nil || !strings.Contains(err.Error(), `unknown metric "acuracy"; did you mean "accuracy"?`) {
		t.Error(err)
	}
	if m, _ := Parse("acc"); NameOf(m) != "acc" {
		t.Errorf("acc is called %q in logs", NameOf(m))
	}
}

func TestMetricsSurviveTheirJSON(t *testing.T) {
	needs := map[string]Metric{"IoU": IoU{NumClasses: 3, TargetClassIDs: []int{0, 2}}, "MeanIoU": MeanIoU{NumClasses: 2},
		"OneHotIoU": OneHotIoU{NumClasses: 3, TargetClassIDs: []int{1}}, "OneHotMeanIoU": OneHotMeanIoU{NumClasses: 2}}
	for _, name := range family.Names() {
		m, err := family.New(name)
		if err != nil {
			t.Fatal(err)
		}
		if n := needs[name]; n != nil {
			m = n
		}
		raw, err := config.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		back, err := config.Unmarshal[Metric](raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if again, err := config.Marshal(back); err != nil || string(again) != string(raw) {
			t.Errorf("%s: read back as %s (%v)", raw, again, err)
		}
	}
}

func TestAccuracyIsWrittenAsTheNameItWasGiven(t *testing.T) {
	for _, name := range []string{"accuracy", "acc"} {
		m, err := Parse(name)
		if err != nil {
			t.Fatal(err)
		}
		if raw, err := config.Marshal(m); err != nil || string(raw) != `"`+name+`"` {
			t.Errorf("%s is written as %s (%v)", name, raw, err)
		}
	}
}

func TestOddArgumentsAndShapesAreErrors(t *testing.T) {
	for _, row := range []struct {
		name    string
		m       Metric
		y, pred []int
		want    string
	}{
		{"integer labels", CategoricalAccuracy{}, []int{32}, []int{32, 3}, "it needs one-hot rows; for class indices use sparse_categorical_accuracy"},
		{"AUC of labels", AUC{}, []int{32}, []int{32, 3}, "metric auc: target (32,) for output (32, 3); want binary or one-hot targets"},
		{"one-hot for sparse", SparseCategoricalAccuracy{}, []int{32, 3}, []int{32, 3}, "want one class index for each row"},
		{"broadcast", MeanSquaredError{}, []int{32, 3}, []int{32, 1}, "never broadcasts"},
		{"broadcast", RootMeanSquaredError{}, []int{32, 3}, []int{32, 1}, "a metric never broadcasts"},
		{"one threshold", AUC{NumThresholds: 1}, []int{2}, []int{2}, "metric AUC: NumThresholds is 1; want a number in [2, 1000000]"},
		{"unknown curve", AUC{Curve: "RCO"}, []int{2}, []int{2}, `did you mean "ROC"?`},
		{"threshold of 2", Precision{Thresholds: []float64{0.5, 2}}, []int{2}, []int{2}, "Thresholds is 2; want a number in [0, 1]"},
		{"class 7 of 3", Recall{ClassID: new(7)}, []int{2, 3}, []int{2, 3}, "class 7 of output (2, 3)"},
		{"F1 of a vector", F1Score{}, []int{2}, []int{2}, "want (batch, classes)"},
		{"target class 3 of 3", IoU{NumClasses: 3, TargetClassIDs: []int{3}}, []int{2}, []int{2}, "TargetClassIDs has 3"},
		{"no classes", MeanIoU{}, []int{2}, []int{2}, "NumClasses is not set"},
		{"label weights", AUC{LabelWeights: []float64{1}}, []int{2, 3}, []int{2, 3}, "1 label weights for 3 labels"},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			b := Batch{Y: g.Input(graph.Float32, row.y...), Pred: g.Input(graph.Float32, row.pred...)}
			Update(g, row.m, NewState("m"), b)
			return nil
		})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

// bias is the custom metric shown in the documentation of Metric.
type bias struct{ Options }

func (bias) Update(s *State, b Batch) {
	s.Add("error", ops.Sum(ops.Subtract(b.Pred, b.Y)))
	s.Add("count", ops.Scalar(b.Pred, float64(b.Pred.Shape.Size())))
}

func (bias) Result(sums [][]float64) *tensor.Tensor { return Scalar(sums[0][0] / sums[1][0]) }

// measure returns the result of m over batches of targets and predictions.
func measure(t *testing.T, m Metric, mask []bool, batches ...[2][]float32) []float64 {
	t.Helper()
	dev, err := session.Device("ref")
	if err != nil {
		t.Fatal(err)
	}
	state, run := NewState("m"), session.New(dev)
	for _, b := range batches {
		g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			in := Batch{Y: g.Input(graph.Float32, len(b[0])), Pred: g.Input(graph.Float32, len(b[1]))}
			if mask != nil {
				in.Mask = g.Literal(tensor.Of(mask))
			}
			Update(g, m, state, in)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := run.Run(g, tensor.Of(b[0]), tensor.Of(b[1])); err != nil {
			t.Fatal(err)
		}
	}
	var values []*tensor.Tensor
	for _, v := range state.Variables() {
		x, err := run.Read(v)
		if err != nil {
			t.Fatal(err)
		}
		values = append(values, x)
	}
	r, err := Result(m, values)
	if err != nil {
		t.Fatal(err)
	}
	return session.Floats(r)
}

func TestACustomMetricIsAStructOrAFunction(t *testing.T) {
	batches := [][2][]float32{{{1, 2}, {2, 4}}, {{0}, {3}}}
	if got := measure(t, bias{}, nil, batches...); got[0] != 2 {
		t.Errorf("bias is %v, want 2", got)
	}
	w := Wrap("bias", training.Min, func(y, pred *graph.Node) *graph.Node { return ops.Subtract(pred, y) })
	if got := measure(t, w, nil, batches...); got[0] != 2 || NameOf(w) != "bias" || w.Mode() != training.Min {
		t.Errorf("wrapped: %v, %s", got, NameOf(w))
	}
}

func TestMaskedStepsDoNotCount(t *testing.T) {
	got := measure(t, RootMeanSquaredError{}, []bool{true, false, true}, [2][]float32{{0, 0, 0}, {3, 100, 4}})
	if want := 3.5355339; got[0]-want > 1e-6 || want-got[0] > 1e-6 {
		t.Errorf("got %v, want √12.5", got)
	}
}

func TestModesSayWhatIsBetter(t *testing.T) {
	for m, want := range map[Metric]training.Mode{Accuracy{}: training.Max, RootMeanSquaredError{}: training.Min,
		MeanSquaredError{}: training.Min, F1Score{}: training.Max, Mean{}: training.Auto} {
		if m.Mode() != want {
			t.Errorf("%T: %v, want %v", m, m.Mode(), want)
		}
	}
}
