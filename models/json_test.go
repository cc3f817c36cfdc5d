package models_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

func siamese() *models.Model {
	a, b := layers.InputOf(layers.InputSpec{Shape: graph.Shape{3}, Name: "a"}), layers.InputOf(layers.InputSpec{Shape: graph.Shape{3}, Name: "b"})
	twin := models.Sequential(layers.Input(3), &layers.Dense{Units: 4, Activation: activations.ReLU}, &layers.BatchNormalization{})
	twin.Name = "twin"
	h := layers.Apply(&layers.Subtract{}, a.Then(twin), b.Then(twin))
	return models.New([]*layers.Value{a, b}, []*layers.Value{h.Then(&layers.Dense{Units: 2, Name: "two"}), h.Then(&layers.Dense{Units: 1, Name: "one"})})
}

func TestAModelGoesThroughJSON(t *testing.T) {
	for name, m := range map[string]*models.Model{"cnn": cnn(), "siamese": siamese()} {
		data, err := m.ToJSON()
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		back, err := models.FromJSON(data)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, data)
		}
		again, err := back.ToJSON()
		if err != nil || !bytes.Equal(data, again) {
			t.Errorf("%s: %v: the JSON is another:\n%s\n%s", name, err, data, again)
		}
		if err := back.SetWeights(m.Weights()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var x []*tensor.Tensor
		for range back.InputNames() {
			shape := []int{2, 28, 28, 1}
			if name == "siamese" {
				shape = []int{2, 3}
			}
			x = append(x, tensor.New(tensor.Float32, shape...))
		}
		want, err := m.Predict(context.Background(), x...)
		if err != nil {
			t.Fatal(err)
		}
		got, err := back.Predict(context.Background(), x...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if !got[i].Equal(want[i]) {
				t.Errorf("%s: output %d: %v, want %v", name, i, got[i], want[i])
			}
		}
	}
}

func TestAFunctionHasNoJSON(t *testing.T) {
	x := layers.Input(3)
	m := models.New(x, x.Map(func(x *graph.Node) *graph.Node { return x }))
	if _, err := m.ToJSON(); err == nil {
		t.Error("a Map went into JSON")
	}
}

// Keras writes training=True in the calls of its random image layers and where a user sets it; fit
// and predict override it.
func TestTrainingAtACallOfKerasIsRead(t *testing.T) {
	x := layers.Input(4)
	m := models.New([]*layers.Value{x}, []*layers.Value{x.Then(&layers.Dropout{Rate: .5})})
	data, err := m.ToJSON()
	if err != nil {
		t.Fatal(err)
	}
	said := bytes.ReplaceAll(data, []byte(`"kwargs":{}`), []byte(`"kwargs":{"training":true}`))
	if bytes.Equal(said, data) {
		t.Fatalf("no call without arguments in %s", data)
	}
	back, err := models.FromJSON(said)
	if err != nil {
		t.Fatal(err)
	}
	ones := tensor.Of([]float32{1, 1, 1, 1}, 1, 4)
	got, err := back.Predict(context.Background(), ones)
	if err != nil || !got[0].Equal(ones) {
		t.Errorf("%v, %v; want what went in", got, err)
	}
}
