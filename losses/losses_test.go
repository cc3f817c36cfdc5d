package losses

import (
	"math"
	"strings"
	"testing"

	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/session"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// trace returns the error of tracing l for a target and an output of the given shapes; last is
// applied to the output.
func trace(l Loss, y graph.Type, pred []int, last func(x *graph.Node) *graph.Node) error {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		p := g.Input(graph.Float32, pred...)
		if last != nil {
			p = last(p)
		}
		return []*graph.Node{Compute(l, g.Input(y.DType, y.Shape...), p, nil, nil)}
	})
	return err
}

func softmax(x *graph.Node) *graph.Node { return graph.Apply(fused.Softmax{}, x) }

func TestTargetsThatDoNotFitAreErrors(t *testing.T) {
	floats := func(shape ...int) graph.Type { return graph.Type{DType: graph.Float32, Shape: shape} }
	ints := func(shape ...int) graph.Type { return graph.Type{DType: graph.Int32, Shape: shape} }
	for _, row := range []struct {
		name string
		l    Loss
		y    graph.Type
		pred []int
		last func(x *graph.Node) *graph.Node
		want string // "" for no error
	}{
		{"(64,) for (64, 1)", MeanSquaredError{}, floats(64), []int{64, 1}, nil, ""},
		{"(64, 1) for (64,)", MeanSquaredError{}, floats(64, 1), []int{64}, nil, ""},
		{"(64, 3) for (64, 1)", MeanSquaredError{}, floats(64, 3), []int{64, 1}, nil, "mean_squared_error: target (64, 3) does not match output (64, 1); a loss never broadcasts"},
		{"(64, 1) for (64, 3)", MeanSquaredError{}, floats(64, 1), []int{64, 3}, nil, "target (64, 1) does not match output (64, 3); a loss never broadcasts"},
		{"labels for one-hot", CategoricalCrossentropy{}, ints(32), []int{32, 3}, softmax, "for class indices use SparseCategoricalCrossentropy"},
		{"a column of labels for one-hot", CategoricalCrossentropy{}, ints(32, 1), []int{32, 3}, softmax, "for class indices use SparseCategoricalCrossentropy"},
		{"one-hot for labels", SparseCategoricalCrossentropy{}, ints(32, 3), []int{32, 3}, softmax, "for one-hot targets use CategoricalCrossentropy"},
		{"a column of labels", SparseCategoricalCrossentropy{}, ints(32, 1), []int{32, 3}, softmax, ""},
		{"softmax over one unit", BinaryCrossentropy{}, floats(32), []int{32, 1}, softmax, "a softmax over one unit, which is always 1; use a sigmoid"},
		{"softmax and from logits", SparseCategoricalCrossentropy{FromLogits: true}, ints(32), []int{32, 3}, softmax, "FromLogits is set, but the output is already a probability"},
		{"sigmoid and from logits", BinaryCrossentropy{FromLogits: true}, floats(32, 1), []int{32, 1}, ops.Sigmoid, "FromLogits is set, but the output is already a probability"},
		{"smoothing beyond 1", BinaryCrossentropy{LabelSmoothing: 2}, floats(3, 1), []int{3, 1}, nil, "LabelSmoothing is 2; want a number in [0, 1]"},
		{"unknown reduction", Huber{Options: Options{Reduction: "summ"}}, floats(3, 1), []int{3, 1}, nil, `did you mean "sum"?`},
		{"negative delta", Huber{Delta: -1}, floats(3, 1), []int{3, 1}, nil, "loss Huber: Delta is -1; want a number in (0, inf)"},
	} {
		err := trace(row.l, row.y, row.pred, row.last)
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

func TestCheckTargetsNamesTheFirstBadOne(t *testing.T) {
	for _, row := range []struct {
		name string
		l    Loss
		y    *tensor.Tensor
		want string
	}{
		{"labels 1 to 3 of 3 classes", SparseCategoricalCrossentropy{}, tensor.Of([]int32{1, 2, 3, 1}), "targets[2] is 3; want a class index in [0, 3)"},
		{"a fraction", &SparseCategoricalCrossentropy{}, tensor.Of([]float32{0, 1.5}), "targets[1] is 1.5"},
		{"the ignored class", SparseCategoricalCrossentropy{IgnoreClass: new(-1)}, tensor.Of([]int32{-1, 2}), ""},
		{"-1 and 1 for binary", BinaryCrossentropy{}, tensor.Of([]float32{1, -1}), "targets[1] is -1; binary targets must lie in [0, 1]"},
		{"0 to 255 for binary", BinaryCrossentropy{}, tensor.Of([]float32{0, 255}), "targets[1] is 255"},
		{"NaN for binary", BinaryFocalCrossentropy{}, tensor.Of([]float32{float32(math.NaN())}), "targets[0] is NaN"},
		{"a class that there is not", Crossentropy{}, tensor.Of([]int32{0, 3}), "targets[1] is 3; want a class index in [0, 3)"},
		{"anything for a regression", MeanSquaredError{}, tensor.Of([]float32{300}), ""},
	} {
		err := CheckTargets(row.l, row.y, graph.Shape{4, 3})
		if (err == nil) != (row.want == "") || err != nil && !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

func TestParseKnowsKerasNamesAndSuggests(t *testing.T) {
	for _, name := range strings.Fields("mse mae mape msle bce kld MSE BCE mean_squared_error huber log_cosh logcosh hinge squared_hinge " +
		"categorical_hinge poisson kl_divergence cosine_similarity crossentropy ce binary_crossentropy categorical_crossentropy " +
		"sparse_categorical_crossentropy binary_focal_crossentropy categorical_focal_crossentropy dice tversky ctc circle " +
		"categorical_generalized_cross_entropy MeanSquaredError") {
		if _, err := Parse(name); err != nil {
			t.Error(err)
		}
	}
	if _, err := Parse("mean_sqared_error"); err == nil || !strings.Contains(err.Error(), `did you mean "mean_squared_error"?`) {
		t.Error(err)
	}
}

func TestLossesSurviveTheirJSON(t *testing.T) {
	for _, name := range family.Names() {
		l, err := family.New(name)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := config.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		back, err := config.Unmarshal[Loss](raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if again, err := config.Marshal(back); err != nil || string(again) != string(raw) {
			t.Errorf("%s: read back as %s (%v)", raw, again, err)
		}
	}
}

// evalLoss returns the loss of l for class 0 at the given logits.
func evalLoss(t *testing.T, l Loss, y, x *tensor.Tensor, last func(x *graph.Node) *graph.Node) (loss, grad float64) {
	t.Helper()
	dev, err := session.Device("ref")
	if err != nil {
		t.Fatal(err)
	}
	got, err := session.Eval(dev, func(in []*graph.Node) []*graph.Node {
		v := Compute(l, in[0], last(in[1]), nil, nil)
		return []*graph.Node{v, graph.Grad(v, in[1])[0]}
	}, y, x)
	if err != nil {
		t.Fatal(err)
	}
	return session.Floats(got[0])[0], session.Floats(got[1])[0]
}

// A probability that rounds to 0 still has the loss and the gradient of its logits.
func TestSaturatedOutputsLearnThroughTheirLogits(t *testing.T) {
	x := tensor.Of([]float32{-200, 0}, 1, 2)
	for name, row := range map[string]struct {
		l    Loss
		y, x *tensor.Tensor
		last func(x *graph.Node) *graph.Node
	}{
		"sparse":      {SparseCategoricalCrossentropy{}, tensor.Of([]int32{0}), x, softmax},
		"categorical": {CategoricalCrossentropy{}, tensor.Of([]float32{1, 0}, 1, 2), x, softmax},
		"binary":      {BinaryCrossentropy{}, tensor.Of([]float32{1}, 1, 1), tensor.Of([]float32{-200}, 1, 1), ops.Sigmoid},
		"resolved":    {Crossentropy{}, tensor.Of([]int32{0}), x, softmax},
	} {
		if loss, grad := evalLoss(t, row.l, row.y, row.x, row.last); math.Abs(loss-200) > 1e-4 || math.Abs(grad+1) > 1e-6 {
			t.Errorf("%s: loss %v, gradient %v; want 200, -1", name, loss, grad)
		}
	}
}

func TestACustomLossIsAFunction(t *testing.T) {
	l := Func(func(y, pred *graph.Node) *graph.Node { return ops.Abs(ops.Subtract(y, pred)) })
	loss, _ := evalLoss(t, l, tensor.Of([]float32{1, 2}), tensor.Of([]float32{0, 4}), func(x *graph.Node) *graph.Node { return x })
	if loss != 1.5 {
		t.Errorf("got %v, want the mean, 1.5", loss)
	}
	if NameOf(l) != "loss" || NameOf(Huber{}) != "huber_loss" || NameOf(&Huber{Options: Options{Name: "h"}}) != "h" {
		t.Error("names of losses")
	}
}
