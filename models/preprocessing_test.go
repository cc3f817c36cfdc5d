package models_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

var ctx = context.Background()

// moods returns texts with binary labels: whether they are happy.
func moods() *datasets.Arrays {
	glad, sad := strings.Fields("good great fine happy nice"), strings.Fields("bad awful poor sad ugly")
	var x []string
	var y []float32
	for i := range 60 {
		words := glad
		if i%2 == 1 {
			words = sad
		}
		x = append(x, "a "+words[i%5]+" day, "+words[(i+1)%5]+"!")
		y = append(y, float32(1-i%2))
	}
	return datasets.Of(tensor.Of(x), tensor.Of(y, 60, 1))
}

func TestAModelTakesTextItself(t *testing.T) {
	data := moods()
	for _, row := range []struct {
		name  string
		text  *layers.TextVectorization
		inner []layers.Layer
	}{
		{"as indices", &layers.TextVectorization{OutputSequenceLength: 6}, []layers.Layer{&layers.Embedding{InputDim: 20, OutputDim: 4}, &layers.Flatten{}}},
		{"as multi-hot", &layers.TextVectorization{OutputMode: layers.AsMultiHot}, nil},
	} {
		if err := models.Adapt(row.text, data); err != nil {
			t.Fatal(err)
		}
		all := append([]layers.Layer{row.text}, row.inner...)
		m := models.Sequential(layers.InputOf(layers.InputSpec{DType: tensor.String}),
			append(all, &layers.Dense{Units: 1, Activation: activations.Sigmoid})...)
		if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.05}, Loss: losses.BinaryCrossentropy{}}); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		if _, err := m.Fit(ctx, data, models.Fit{Epochs: 40, ValidationSplit: 0.2}); err != nil {
			t.Fatalf("%s: %v", row.name, err)
		}
		out, err := m.Predict(ctx, tensor.Of([]string{"A fine day, nice!", "a poor day, ugly"}))
		if err != nil {
			t.Fatal(err)
		}
		if p, _ := tensor.Data[float32](out[0]); p[0] < 0.8 || p[1] > 0.2 {
			t.Errorf("%s: glad and sad are predicted as %v", row.name, p)
		}
		p, err := m.Predictor(2)
		if err != nil {
			t.Fatal(err)
		}
		again, err := p.Predict(ctx, tensor.Of([]string{"A fine day, nice!", "a poor day, ugly"}))
		if err != nil || !again[0].Equal(out[0]) {
			t.Errorf("%s: a predictor gives %v (%v), Predict %v", row.name, again, err, out)
		}
		raw, err := m.ToJSON()
		if err != nil {
			t.Fatal(err)
		}
		if back, err := models.FromJSON(raw); err != nil {
			t.Error(err)
		} else if _, err := back.Predict(ctx, tensor.Of([]string{"nice"})); err != nil {
			t.Error(err)
		}
	}
}

func TestTextAndNumbersMeetInAModel(t *testing.T) {
	kind, number := layers.InputOf(layers.InputSpec{Shape: []int{1}, DType: tensor.String}), layers.Input(2)
	lookup := &layers.StringLookup{Vocabulary: []string{"a", "b"}, OutputMode: layers.AsOneHot}
	cross := &layers.HashedCrossing{NumBins: 4, OutputMode: layers.AsOneHot}
	other := layers.InputOf(layers.InputSpec{Shape: []int{1}, DType: tensor.Int64})
	x := layers.Apply(&layers.Concatenate{}, kind.Then(lookup), number, layers.Apply(cross, kind, other))
	m := models.New([]*layers.Value{kind, number, other}, x.Then(&layers.Reshape{TargetShape: []int{9}}))
	out, err := m.Predict(ctx, tensor.Of([]string{"b", "z"}, 2, 1), tensor.Of([]float32{5, 6, 7, 8}, 2, 2), tensor.Of([]int64{1, 2}, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	crossed, _ := cross.Transform(tensor.Of([]string{"b", "z"}, 2, 1), tensor.Of([]int64{1, 2}, 2, 1))
	c, _ := tensor.Data[float32](crossed)
	want := append(append([]float32{0, 0, 1, 5, 6}, c[:4]...), append([]float32{1, 0, 0, 7, 8}, c[4:]...)...)
	if !out[0].Equal(tensor.Of(want, 2, 9)) {
		t.Errorf("got %v, want %v", out[0], want)
	}
}

func TestPreprocessingSaysWhatIsMissing(t *testing.T) {
	text := layers.InputSpec{Shape: []int{1}, DType: tensor.String}
	for _, row := range []struct {
		name string
		m    *models.Model
		x    *tensor.Tensor
		want string
	}{
		{"131: normalization not adapted", models.Sequential(layers.Input(2), &layers.Normalization{}), tensor.New(tensor.Float32, 1, 2), "call models.Adapt"},
		{"lookup not adapted", models.Sequential(layers.InputOf(text), &layers.StringLookup{}), tensor.Of([]string{"a"}, 1, 1), "call models.Adapt"},
		{"discretization not adapted", models.Sequential(layers.Input(2), &layers.Discretization{NumBins: 3}), tensor.New(tensor.Float32, 1, 2), "call models.Adapt"},
		{"text into Dense", models.Sequential(layers.InputOf(text), &layers.Dense{Units: 1}), tensor.Of([]string{"a"}, 1, 1), "is text, which stays on the host"},
		{"text layer behind another", models.Sequential(layers.Input(2), &layers.Dense{Units: 1}, &layers.Hashing{NumBins: 3}), tensor.New(tensor.Float32, 1, 2), "runs on the host"},
		{"numbers for text", models.Sequential(layers.InputOf(text), &layers.Hashing{NumBins: 3}), tensor.New(tensor.Float32, 1, 1), "expects text"},
	} {
		if _, err := row.m.Predict(ctx, row.x); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
	}
}

func TestAdaptTakesEffectInAModelThatHasRun(t *testing.T) {
	n := &layers.Normalization{}
	if err := n.Adapt(tensor.Of([]float32{0, 10, 2, 30}, 2, 2)); err != nil {
		t.Fatal(err)
	}
	m := models.Sequential(layers.Input(2), n)
	x := tensor.Of([]float32{1, 20}, 1, 2)
	for _, want := range []float32{0, 1} {
		out, err := m.Predict(ctx, x)
		if err != nil {
			t.Fatal(err)
		}
		host, err := n.Transform(x)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := tensor.Data[float32](out[0]); math.Abs(float64(got[0]-want)) > 1e-6 || !host.Equal(out[0]) {
			t.Errorf("got %v, on the host %v, want %v first", out[0], host, want)
		}
		if err := n.Adapt(tensor.Of([]float32{-1, 10, 1, 30}, 2, 2)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNormalizationIsLoadedFromAFile(t *testing.T) {
	n := &layers.Normalization{}
	if err := n.Adapt(tensor.Of([]float32{0, 10, 2, 30}, 2, 2)); err != nil {
		t.Fatal(err)
	}
	m := models.Sequential(layers.Input(2), n)
	path := t.TempDir() + "/m.safetensors"
	if err := m.SaveWeights(path); err != nil {
		t.Fatal(err)
	}
	blank := models.Sequential(layers.Input(2), &layers.Normalization{})
	if err := blank.LoadWeights(path); err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]float32{1, 25}, 1, 2)
	a, err := m.Predict(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	b, err := blank.Predict(ctx, x)
	if err != nil || !a[0].Equal(b[0]) {
		t.Errorf("got %v (%v), want %v", b, err, a)
	}
}
