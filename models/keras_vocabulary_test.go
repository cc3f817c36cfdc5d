package models_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The file is from Keras 3.15: TextVectorization as multi-hot and StringLookup as one-hot, both
// adapted, so that their vocabularies are stored next to the configuration.
func TestVocabulariesOfKerasArchivesAreRead(t *testing.T) {
	m, err := models.Load("testdata/adapted_text.keras")
	if err != nil {
		t.Fatal(err)
	}
	out, err := m.Predict(ctx, tensor.Of([]string{"a z", "x"}, 2, 1))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []*tensor.Tensor{tensor.Of([]float32{1, 0, 0, 1, 1, 0, 0, 0}, 2, 4), tensor.Of([]float32{1, 0, 0, 0, 1, 0}, 2, 3)} {
		if !out[i].Equal(want) {
			t.Errorf("output %d: %v, want %v", i, out[i], want)
		}
	}
	path := t.TempDir() + "/again.keras"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := models.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if same, err := again.Predict(ctx, tensor.Of([]string{"a z", "x"}, 2, 1)); err != nil || !same[0].Equal(out[0]) {
		t.Errorf("saved and loaded: %v (%v), want %v", same, err, out)
	}
}

// documents are inputs of testdata/tf_idf.keras.
func documents() []*tensor.Tensor {
	return []*tensor.Tensor{tensor.Of([]string{"a c q q", "b"}, 2, 1), tensor.Of([]string{"x", "z", "w", "y"}, 2, 2), tensor.Of([]int64{1, 7, 5, 4}, 2, 2)}
}

// ofKeras are the outputs of Keras 3.15 for them: TextVectorization, StringLookup padded to six
// tokens and IntegerLookup with two out-of-vocabulary indices, all adapted, and a StringLookup
// created with a vocabulary and weights:
//
//	TextVectorization(output_mode="tf_idf").adapt([["a b a c"], ["b b d"], ["a e"]])
//	StringLookup(output_mode="tf_idf", max_tokens=6, pad_to_max_tokens=True).adapt([["x", "y"], ["x", "x"], ["z", "y"]])
//	IntegerLookup(output_mode="tf_idf", num_oov_indices=2).adapt([[1, 2], [1, 1], [7, 2]])
//	StringLookup(output_mode="tf_idf", vocabulary=["x", "y"], idf_weights=[.25, .75])
var ofKeras = [][]float32{
	{1.6540667, 0, 0.6931472, 0, 0, 0.9162908, 0, 0.6931472, 0, 0, 0, 0},
	{0, 0.6931472, 0, 0.9162908, 0, 0, 0.76752836, 0, 0.6931472, 0, 0, 0},
	{0, 0, 0.6931472, 0, 0.9162908, 0.76752836, 0.76752836, 0, 0, 0},
	{0.5, 0.25, 0, 0.5, 0, 0.75},
}

func wantDocuments(t *testing.T, name string, m *models.Model) {
	t.Helper()
	out, err := m.Predict(ctx, documents()...)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	for i, want := range ofKeras {
		got, _ := tensor.Data[float32](out[i])
		near := slices.EqualFunc(got, want, func(a, b float32) bool { return math.Abs(float64(a-b)) < 1e-6 })
		if !near {
			t.Errorf("%s: output %d: %v, want %v", name, i, got, want)
		}
	}
}

func TestInverseFrequenciesOfKerasArchivesAreRead(t *testing.T) {
	m, err := models.Load("testdata/tf_idf.keras")
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, "loaded", m)
	dir := t.TempDir()
	for _, path := range []string{dir + "/a.keras", dir + "/a.weights.h5"} {
		if err := m.Save(path); err != nil {
			t.Fatal(err)
		}
	}
	again, err := models.Load(dir + "/a.keras")
	if err != nil {
		t.Fatal(err)
	}
	wantDocuments(t, "saved and loaded", again)

	// A weights file restores the frequencies of layers that have their vocabularies.
	text := layers.InputOf(layers.InputSpec{Shape: []int{2}, DType: tensor.String})
	lookup := &layers.StringLookup{OutputMode: layers.AsTFIDF, Vocabulary: []string{"x", "y"}, IDFWeights: []float64{1, 1}}
	other := models.New(text, text.Then(lookup))
	first := models.New(text, text.Then(&layers.StringLookup{OutputMode: layers.AsTFIDF, Vocabulary: []string{"x", "y"}, IDFWeights: []float64{3, 5}}))
	if err := first.SaveWeights(dir + "/b.weights.h5"); err != nil {
		t.Fatal(err)
	}
	if err := other.LoadWeights(dir + "/b.weights.h5"); err != nil {
		t.Fatal(err)
	}
	if got := lookup.IndexWeights(); !slices.Equal(got, []float32{4, 3, 5}) {
		t.Errorf("weights %v, want 4 3 5", got)
	}
	wide := models.New(text, text.Then(&layers.StringLookup{OutputMode: layers.AsTFIDF, Vocabulary: []string{"x"}, IDFWeights: []float64{1}}))
	if err := wide.LoadWeights(dir + "/b.weights.h5"); err == nil || !strings.Contains(err.Error(), "3 weights for a vocabulary of 2") {
		t.Errorf("weights of another vocabulary: %v", err)
	}
}
