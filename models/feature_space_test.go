package models_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The table, the columns and the expected values are from testdata/feature_space.py.
func table() *datasets.Arrays {
	d := datasets.Of(tensor.Of([]float32{20, 35, 50, 41}), tensor.Of([]float32{0, 1, 0, 1}))
	d.X = append(d.X, tensor.Of([]float32{1, 2, 4, 8}), tensor.Of([]float32{.5, 1, 1.5, 2}), tensor.Of([]string{"a", "b", "a", "c"}), tensor.Of([]int32{3, 5, 3, 9}),
		tensor.Of([]string{"u", "v", "w", "x"}), tensor.Of([]int32{7, 8, 9, 10}), tensor.Of([]float32{10, 20, 30, 40}))
	return d
}

func asked() []*tensor.Tensor {
	return []*tensor.Tensor{tensor.Of([]float32{30, 60}), tensor.Of([]float32{3, 5}), tensor.Of([]float32{.1, .2}), tensor.Of([]string{"b", "z"}),
		tensor.Of([]int32{9, 4}), tensor.Of([]string{"v", "q"}), tensor.Of([]int32{7, 1}), tensor.Of([]float32{15, 45})}
}

func space() *layers.FeatureSpace {
	return &layers.FeatureSpace{
		Features: []layers.Feature{
			{Name: "age", Kind: layers.FloatNormalized},
			{Name: "pay", Kind: layers.FloatRescaled, Scale: new(.5), Offset: -1},
			{Name: "raw", Kind: layers.FloatFeature},
			{Name: "kind", Kind: layers.StringCategorical},
			{Name: "code", Kind: layers.IntegerCategorical, NumOOVIndices: new(2)},
			{Name: "id", Kind: layers.StringHashed, NumBins: 3},
			{Name: "num", Kind: layers.IntegerHashed, NumBins: 4},
			{Name: "temp", Kind: layers.FloatDiscretized, NumBins: 3},
		},
		Crosses:     []layers.Cross{{Features: []string{"kind", "code"}}, {Features: []string{"temp", "kind"}, Dim: 5}},
		CrossingDim: 6,
	}
}

var prepared = []float32{
	-0.5952291, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, .5, .1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0,
	2.151982, 1, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 1.5, .2, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0}

func wantPrepared(t *testing.T, name string, x *tensor.Tensor, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	got, _ := tensor.Data[float32](x)
	same := slices.EqualFunc(got, prepared, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 })
	if !same || !x.Shape().Equal(tensor.Shape{2, 33}) {
		t.Errorf("%s: %v %v\nwant %v", name, x.Shape(), got, prepared)
	}
}

// wantSpace compares the output of a space on its own, in a pipeline and in a model.
func wantSpace(t *testing.T, name string, f *layers.FeatureSpace) {
	t.Helper()
	y, err := f.Transform(asked()...)
	wantPrepared(t, name, y, err)
	data := table()
	data.X, data.Y = asked(), []*tensor.Tensor{tensor.Of([]float32{0, 1})}
	for b, err := range datasets.Transform(data, f.Transform).Batches() {
		wantPrepared(t, name+": in a pipeline", b.X[0], err)
	}
	in, out, err := f.Values()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	m := models.New(in, out)
	wantModel(t, name+": in a model", m)
	path := t.TempDir() + "/m.keras"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	wantModel(t, name+": in a model, saved and loaded", load(t, path))
}

// wantModel compares the output of a model of a space's layers, whose inputs are named like the
// columns.
func wantModel(t *testing.T, name string, m *models.Model) {
	t.Helper()
	columns := asked()
	var x []*tensor.Tensor
	for _, n := range m.InputNames() {
		i := slices.Index([]string{"age", "pay", "raw", "kind", "code", "id", "num", "temp"}, n)
		x = append(x, columns[i].Reshape(2, 1))
	}
	out, err := m.Predict(ctx, x...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	wantPrepared(t, name, out[0], nil)
}

func TestFeatureSpaceIsThatOfKeras(t *testing.T) {
	whole := space()
	if err := whole.Adapt(table().X...); err != nil {
		t.Fatal(err)
	}
	wantSpace(t, "adapted to arrays", whole)
	each := space()
	if err := models.AdaptFeatures(each, &datasets.Batched{Data: table(), Size: 3}); err != nil {
		t.Fatal(err)
	}
	wantSpace(t, "adapted to a data set", each)
	path := t.TempDir() + "/space.keras"
	if err := models.SaveFeatures(path, each); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"saved and loaded": path, "of Keras": "testdata/feature_space.keras"} {
		f, err := models.LoadFeatures(path)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		wantSpace(t, name, f)
	}
	wantModel(t, "a model of Keras", load(t, "testdata/feature_model.keras"))
}

func TestFeatureSpaceGivesFeaturesOneByOne(t *testing.T) {
	f := &layers.FeatureSpace{
		Features: []layers.Feature{{Name: "kind", Kind: layers.StringCategorical, Output: layers.AsIndices},
			{Name: "code", Kind: layers.IntegerCategorical, Output: layers.AsIndices}, {Name: "age", Kind: layers.FloatFeature}},
		Crosses:    []layers.Cross{{Features: []string{"kind", "code"}, Dim: 8, Output: layers.AsIndices}},
		OutputMode: layers.OutputDict,
	}
	all, x := table().X, asked()
	if err := f.Adapt(all[3], all[4], all[0]); err != nil {
		t.Fatal(err)
	}
	names, err := f.Names()
	if err != nil {
		t.Fatal(err)
	}
	out, err := f.TransformAll(x[3], x[4], x[0])
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for i, n := range names {
		got += fmt.Sprint(n, out[i].Data(), " ")
	}
	if want := "age[30 60] code[2 0] kind[3 0] kind_X_code[3 0] "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	one, err := f.TransformAll(tensor.Scalar("b"), tensor.Scalar(int32(9)), tensor.Scalar(float32(30)))
	if err != nil || one[3].Rank() != 1 || fmt.Sprint(one[3].Data()) != "[3]" {
		t.Errorf("a single row: %v, %v", one, err)
	}
	in, values, err := f.Values()
	if err != nil {
		t.Fatal(err)
	}
	pred, err := models.New(in, values).Predict(ctx, x[3].Reshape(2, 1), x[4].Reshape(2, 1), x[0].Reshape(2, 1))
	if err != nil {
		t.Fatal(err)
	}
	for i := range names {
		if fmt.Sprint(pred[i].Data()) != fmt.Sprint(out[i].Data()) {
			t.Errorf("%s: a model gives %v, the space %v", names[i], pred[i], out[i])
		}
	}
}

func TestFeatureSpaceSaysWhatIsWrong(t *testing.T) {
	text := layers.Feature{Name: "t", Kind: layers.StringCategorical}
	for _, row := range []struct {
		f    layers.FeatureSpace
		x    []*tensor.Tensor
		want string
	}{
		{layers.FeatureSpace{}, nil, "there are no Features"},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Kind: "flaot"}}}, asked()[:1], `feature "a": Kind is "flaot"`},
		{layers.FeatureSpace{Features: []layers.Feature{text, text}}, asked()[:2], `feature 1 has the name "t"`},
		{layers.FeatureSpace{Features: []layers.Feature{text}}, asked()[3:4], "the layer is not adapted"},
		{layers.FeatureSpace{Features: []layers.Feature{text}}, nil, "0 arrays for 1 features"},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Kind: layers.FloatFeature}}, OutputMode: "list"}, asked()[:1], `OutputMode is "list"`},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Kind: layers.FloatFeature}}}, asked()[3:4], "string; want float32"},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Kind: layers.IntegerHashed, Output: layers.AsIndices}}}, asked()[4:5], "indices can't stand beside floats"},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Kind: layers.IntegerHashed}}, Crosses: []layers.Cross{{Features: []string{"a", "b"}}}}, asked()[4:5], `cross a_X_b: there is no feature "b"`},
		{layers.FeatureSpace{Features: []layers.Feature{{Name: "a", Layer: &layers.Rescaling{}, Output: layers.AsOneHot}}}, asked()[:1], "how many categories"},
	} {
		if _, err := row.f.Transform(row.x...); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("got %v, want %q", err, row.want)
		}
	}
}

func TestOtherFilesAreNoFeatureSpaces(t *testing.T) {
	for path, want := range map[string]string{
		"testdata/int8.keras":    `class "Functional" is no FeatureSpace`,
		"testdata/int8.py":       "which is not a model format",
		"testdata/no-such.keras": "no such file",
	} {
		if _, err := models.LoadFeatures(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
	if err := models.SaveFeatures(t.TempDir()+"/f.keras", space()); err == nil || !strings.Contains(err.Error(), "is not adapted") {
		t.Errorf("a space that has learned nothing: %v", err)
	}
}
