package models_test

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The expected values are from Keras' quantize("int8").
func TestQuantizeRoundsAsKeras(t *testing.T) {
	x := tensor.Of([]float32{1, 2, -3, .5, .1, -.7, .25, 4}, 2, 4)
	want := []float32{2.9750826358795166, 0, 0, 0.8457872271537781, 0, 4.167394638061523}
	sequential := func() *models.Model {
		return models.Sequential(layers.Input(4), &layers.Dense{Units: 3, Activation: activations.ReLU})
	}
	functional := func() *models.Model {
		in := layers.Input(4)
		return models.New(in, in.Then(&layers.Dense{Units: 3}).Then(&layers.Activation{Activation: activations.ReLU}))
	}
	for name, build := range map[string]func() *models.Model{"sequential": sequential, "functional": functional} {
		m := build()
		err := m.SetWeights([]*tensor.Tensor{
			tensor.Of([]float32{.1, -.5, .3, .7, .2, -.9, -.4, .6, .05, .33, -.21, .8}, 4, 3),
			tensor.Of([]float32{.1, -.2, .3}, 3)})
		if err != nil {
			t.Fatal(err)
		}
		q, err := m.Quantize()
		if err != nil {
			t.Fatal(err)
		}
		y, err := q.Predict(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range y[0].Data().([]float32) {
			if math.Abs(float64(v-want[i])) > 1e-5 {
				t.Errorf("%s: output %d is %v, want %v", name, i, v, want[i])
			}
		}
		whole, err := m.Predict(t.Context(), x)
		if err != nil {
			t.Fatal(err)
		}
		if v := whole[0].Data().([]float32)[0]; math.Abs(float64(v-2.965)) > 1e-5 {
			t.Errorf("%s: the model itself now gives %v", name, v)
		}
	}
}
