package models_test

import (
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

func TestAReversibleEmbeddingIsOneLayerInAFile(t *testing.T) {
	tokens := layers.InputOf(layers.InputSpec{Shape: graph.Shape{3}, DType: graph.Int32})
	words := &layers.ReversibleEmbedding{InputDim: 7, OutputDim: 4}
	m := models.New(tokens, tokens.Then(words).Then(&layers.Dense{Units: 4}).Then(words.Reverse()))
	file, err := m.ToJSON()
	if err != nil {
		t.Fatal(err)
	}
	again, err := models.FromJSON(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, file)
	}
	if err := again.SetWeights(m.Weights()); err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]int32{0, 6, 2}, 1, 3)
	want, err := m.Predict(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	got, err := again.Predict(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if !got[0].Equal(want[0]) || len(m.Weights()) != 3 {
		t.Errorf("got %v, want %v; %d weights", got[0], want[0], len(m.Weights()))
	}
}
