package layers_test

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/session"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// keras reads the results of Keras 3.15 for these layers and data.
func keras(t *testing.T) map[string]any {
	t.Helper()
	raw, err := os.ReadFile("testdata/preprocessing.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// flat flattens nested lists of numbers.
func flat(v any) (out []float64) {
	switch v := v.(type) {
	case float64:
		return []float64{v}
	case []any:
		for _, e := range v {
			out = append(out, flat(e)...)
		}
	}
	return out
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) <= 2e-6*(math.Abs(y)+0.1) })
}

func floats(t *testing.T, v any) *tensor.Tensor {
	t.Helper()
	var out []float32
	for _, x := range flat(v) {
		out = append(out, float32(x))
	}
	return tensor.Of(out)
}

func text(s ...string) *tensor.Tensor { return tensor.Of(s) }

func ints(shape []int, v ...int64) *tensor.Tensor { return tensor.Of(v, shape...) }

func TestTransformedDataAreKeras(t *testing.T) {
	want := keras(t)
	n := func(i int) *int { return &i }
	adapted := func(l layers.Adaptable, x *tensor.Tensor) layers.Transformer {
		if err := l.Adapt(x); err != nil {
			t.Fatal(err)
		}
		return l.(layers.Transformer)
	}
	six := ints([]int{1, 6}, 10, 7, 5, -4, 30, 8)
	cube := floats(t, want["nx"]).Reshape(4, 2, 3)
	for _, row := range []struct {
		key string
		l   layers.Transformer
		x   *tensor.Tensor
	}{
		{"il1", &layers.IntegerLookup{Vocabulary: []int{10, 20, 30}, NumOOVIndices: n(3), MaskToken: n(7)}, six},
		{"il2", &layers.IntegerLookup{Vocabulary: []int{10, 20, 30}, NumOOVIndices: n(3), OOVMethod: layers.OOVFarmHash}, six},
		{"il3", &layers.IntegerLookup{Vocabulary: []int{10, 20, 30}, NumOOVIndices: n(3), OOVMethod: layers.OOVFarmHash, Salt: []int{1, 2}}, six},
		{"il4", &layers.IntegerLookup{Vocabulary: []int{10, 20, 30}, MaskToken: n(0), OutputMode: layers.AsCounts, MaxTokens: 6, PadToMaxTokens: true}, ints([]int{2, 4}, 10, 0, 5, 10, 30, 20, 0, 0)},
		{"il5", &layers.IntegerLookup{Vocabulary: []int{10, 20, 30}, Invert: true, MaskToken: n(0)}, ints([]int{1, 6}, 0, 1, 2, 3, 4, 5)},
		{"il6", &layers.IntegerLookup{Vocabulary: []int{10, 20}, OutputMode: layers.AsTFIDF, IDFWeights: []float64{.5, 2}}, ints([]int{1, 4}, 10, 20, 10, 4)},
		{"sl1", &layers.StringLookup{Vocabulary: []string{"a", "b"}, NumOOVIndices: n(3), Salt: []int{5}}, text("a", "x", "y", "zz", "b").Reshape(1, 5)},
		{"sl2", adapted(&layers.StringLookup{MaxTokens: 4, OutputMode: layers.AsTFIDF, PadToMaxTokens: true}, text("a", "b", "a", "b", "c", "c", "a", "d", "a").Reshape(3, 3)), text("a", "b", "z", "d", "c", "a").Reshape(2, 3)},
		{"tv1", adapted(&layers.TextVectorization{OutputMode: layers.AsTFIDF, MaxTokens: 5, Ngrams: layers.UpTo(2)}, text("A b. a", "B c, c", "a d  a\n")), text("a b z", "d c a")},
		{"tv2", adapted(&layers.TextVectorization{Standardize: layers.Lower, Ngrams: layers.Ngrams{2, 3}, OutputSequenceLength: 4}, text("A b. a É", "B c, c", "a d  a\n")), text("a b. a É x", "d c a")},
		{"n1", adapted(&layers.Normalization{Axis: []int{1, 2}}, cube), cube},
		{"n2", adapted(&layers.Normalization{Axis: []int{1}}, cube), cube},
		{"n3", &layers.Normalization{Axis: []int{1, 2}, Mean: []float64{1, 2, 3}, Variance: []float64{4, 5, 6}}, cube},
		{"ce1", &layers.CategoryEncoding{NumTokens: 4, OutputMode: layers.AsCounts}, ints([]int{2, 2, 2}, 0, 1, 1, 3, 2, 2, 0, 2)},
		{"ce2", &layers.CategoryEncoding{NumTokens: 4, OutputMode: layers.AsOneHot}, ints([]int{2, 1}, 0, 3)},
		{"h1", &layers.Hashing{NumBins: 5, Salt: []int{3, 4}, MaskValue: 0, OutputMode: layers.AsCounts}, ints([]int{2, 4}, 0, 1, 2, 77, 5, 0, 0, -9)},
	} {
		got, err := row.l.Transform(row.x)
		if err != nil {
			t.Errorf("%s: %v", row.key, err)
			continue
		}
		v, _ := tensor.As[float64](got)
		if !near(v, flat(want[row.key])) {
			t.Errorf("%s: got %v, want %v", row.key, got, want[row.key])
		}
		checkTraced(t, row.key, row.l, row.x, v)
	}
}

// checkTraced also runs the layer in a graph, if it supports that.
func checkTraced(t *testing.T, name string, l layers.Transformer, x *tensor.Tensor, want []float64) {
	t.Helper()
	layer, ok := l.(layers.Layer)
	if _, integers := l.(*layers.IntegerLookup); !ok || x.DType() == tensor.String {
		return
	} else if _, host := l.(layers.HostLayer); host && (!integers || name == "il2" || name == "il3") {
		return
	}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		return []*graph.Node{layers.NewScope(g).Call(layer, g.Input(x.DType(), x.Shape()...))}
	})
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	dev, err := session.Device("cpu")
	if err != nil {
		t.Fatal(err)
	}
	out, err := session.New(dev).Run(g, x)
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if v, _ := tensor.As[float64](out[0]); !near(v, want) {
		t.Errorf("%s in a graph: got %v, want %v", name, out[0], want)
	}
}

func TestBoundariesAreKeras(t *testing.T) {
	want := keras(t)
	d := floats(t, want["d"])
	for _, row := range []struct {
		key     string
		l       *layers.Discretization
		batches []*tensor.Tensor
	}{
		{"disc1000", &layers.Discretization{NumBins: 5}, []*tensor.Tensor{d}},
		{"disc2", &layers.Discretization{NumBins: 7, Epsilon: 0.05}, []*tensor.Tensor{d.Rows(0, 300), d.Rows(300, 1000)}},
	} {
		if err := row.l.Adapt(row.batches...); err != nil {
			t.Fatal(err)
		}
		if !near(row.l.BinBoundaries, flat(want[row.key])) {
			t.Errorf("%s: got %v, want %v", row.key, row.l.BinBoundaries, want[row.key])
		}
	}
}

func TestBatchesAdaptAsTheWhole(t *testing.T) {
	x := make([]float32, 300)
	for i := range x {
		x[i] = float32(i*i%37) + 1000
	}
	whole, parts := &layers.Normalization{}, &layers.Normalization{}
	all := tensor.Of(x, 100, 3)
	if err := whole.Adapt(all); err != nil {
		t.Fatal(err)
	}
	if err := parts.Adapt(all.Rows(0, 1), all.Rows(1, 64), all.Rows(64, 100)); err != nil {
		t.Fatal(err)
	}
	a, _ := whole.Transform(all)
	b, _ := parts.Transform(all)
	u, _ := tensor.As[float64](a)
	v, _ := tensor.As[float64](b)
	if !near(u, v) {
		t.Error("statistics in batches differ from those of the whole")
	}
}

func TestAdaptedLayersKeepTheirVocabularyInJSON(t *testing.T) {
	l := &layers.TextVectorization{OutputMode: layers.AsTFIDF}
	if err := l.Adapt(text("one two", "two three")); err != nil {
		t.Fatal(err)
	}
	raw, err := layers.ToJSON(l)
	if err != nil {
		t.Fatal(err)
	}
	back, err := layers.FromJSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	x := text("two two four")
	a, _ := l.Transform(x)
	b, err := back.(layers.Transformer).Transform(x)
	if err != nil || !a.Equal(b) {
		t.Errorf("got %v (%v), want %v", b, err, a)
	}
}

func TestPreprocessingMistakesAreNamed(t *testing.T) {
	zero := 0
	for _, row := range []struct {
		l    layers.Transformer
		x    *tensor.Tensor
		want string
	}{
		{&layers.Normalization{}, tensor.New(tensor.Float32, 2, 2), "call models.Adapt"},
		{&layers.Normalization{Mean: []float64{1}}, tensor.New(tensor.Float32, 2, 2), "Variance 0"},
		{&layers.Normalization{Axis: []int{3}, Mean: []float64{1}, Variance: []float64{1}}, tensor.New(tensor.Float32, 2, 2), "axis 3"},
		{&layers.Discretization{}, tensor.New(tensor.Float32, 2), "NumBins"},
		{&layers.Discretization{BinBoundaries: []float64{2, 1}}, tensor.New(tensor.Float32, 2), "ascending"},
		{&layers.CategoryEncoding{NumTokens: 3}, ints([]int{1, 2}, 1, 3), "category 3 at position 1"},
		{&layers.CategoryEncoding{NumTokens: 3, OutputMode: layers.AsIndices}, ints([]int{1}, 1), "OutputMode"},
		{&layers.StringLookup{}, text("a"), "call models.Adapt"},
		{&layers.StringLookup{Vocabulary: []string{"a"}, NumOOVIndices: &zero}, text("b"), `"b" is not in the vocabulary`},
		{&layers.StringLookup{Vocabulary: []string{"a", "a"}}, text("b"), `"a" occurs twice`},
		{&layers.StringLookup{Vocabulary: []string{"a", "b"}, MaxTokens: 2}, text("b"), "MaxTokens is 2"},
		{&layers.StringLookup{Vocabulary: []string{"a"}}, tensor.New(tensor.Float32, 2), "want text"},
		{&layers.StringLookup{Vocabulary: []string{"a"}, OutputMode: layers.AsTFIDF}, text("b"), "IDFWeights"},
		{&layers.Hashing{NumBins: 3, Salt: []int{1, 2, 3}}, text("b"), "Salt"},
		{&layers.HashedCrossing{NumBins: 3}, text("b"), "two or more"},
		{&layers.TextVectorization{Vocabulary: []string{"a"}}, text("a", "b").Reshape(1, 2), "want (batch)"},
	} {
		if _, err := row.l.Transform(row.x); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%T: got %v, want %q", row.l, err, row.want)
		}
	}
	vocabulary := &layers.StringLookup{Vocabulary: []string{"a"}}
	for _, row := range []struct {
		l    layers.Adaptable
		x    *tensor.Tensor
		want string
	}{
		{vocabulary, text("b"), "nothing to learn"},
		{&layers.StringLookup{}, text(), "no tokens"},
		{&layers.Normalization{}, tensor.Of([]float32{1, float32(math.NaN())}, 2, 1), "NaN"},
		{&layers.Normalization{}, tensor.Scalar(float32(1)), "first axis"},
		{&layers.Discretization{BinBoundaries: []float64{1}}, tensor.New(tensor.Float32, 2), "BinBoundaries"},
	} {
		if err := row.l.Adapt(row.x); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%T: got %v, want %q", row.l, err, row.want)
		}
	}
}

func TestAVocabularyIsNoFile(t *testing.T) {
	for _, class := range []string{"StringLookup", "TextVectorization", "IntegerLookup"} {
		_, err := layers.FromJSON([]byte(`{"class_name":"` + class + `","config":{"vocabulary":"/etc/passwd"}}`))
		if err == nil || !strings.Contains(err.Error(), `vocabulary: "/etc/passwd"; want`) {
			t.Errorf("%s: %v", class, err)
		}
	}
}
