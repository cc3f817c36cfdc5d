package models_test

import (
	"testing"

	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The file is of Keras 3.15: TextVectorization as multi-hot and StringLookup as one-hot,
// both adapted, so that their vocabularies lie beside the configuration.
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
