package models_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// sequences returns two sequences of four steps with two features.
func sequences(from, to int) *tensor.Tensor {
	var data []float32
	for row := range 2 {
		for step := from; step < to; step++ {
			data = append(data, float32(row)-.3*float32(step), .2*float32(step*step)-1)
		}
	}
	return tensor.Of(data, 2, to-from, 2)
}

func predicted(t *testing.T, m *models.Model, x ...*tensor.Tensor) *tensor.Tensor {
	t.Helper()
	y, err := m.Predict(context.Background(), x...)
	if err != nil {
		t.Fatal(err)
	}
	return y[0]
}

func TestStatefulLayersGoOnFromBatchToBatch(t *testing.T) {
	for name, l := range map[string]layers.Layer{
		"LSTM":          &layers.LSTM{Units: 3, Stateful: true},
		"stack":         &layers.RNN{Cell: &layers.StackedRNNCells{Cells: []layers.Cell{&layers.GRUCell{Units: 2}, &layers.LSTMCell{Units: 3}}}, Stateful: true},
		"ConvLSTM-free": &layers.SimpleRNN{Units: 3, Stateful: true},
	} {
		m := models.Sequential(layers.Input(-1, 2), l)
		if err := m.Compile(models.Compile{}); err != nil {
			t.Fatal(err)
		}
		weights := len(m.Weights())
		whole := predicted(t, m, sequences(0, 4))
		if err := m.ResetStates(); err != nil {
			t.Fatal(err)
		}
		first := predicted(t, m, sequences(0, 2))
		second := predicted(t, m, sequences(2, 4))
		if err := tensor.Close(second, whole, 1e-5, 1e-6); err != nil {
			t.Errorf("%s: two halves are not the whole: %v", name, err)
		}
		if err := m.ResetStates(); err != nil {
			t.Fatal(err)
		}
		if again := predicted(t, m, sequences(0, 2)); !again.Equal(first) {
			t.Errorf("%s: after the reset %v, at first %v", name, again, first)
		}
		if now := len(m.Weights()); now != weights {
			t.Errorf("%s: %d weights became %d: states are none", name, weights, now)
		}
	}
}

// Keyword arguments of a call in Keras survive the JSON of a model.
func TestCallsOfSeveralInputsSurviveJSON(t *testing.T) {
	x, h, c := layers.Input(4, 2), layers.Input(3), layers.Input(3)
	mask := layers.InputOf(layers.InputSpec{Shape: []int{4, 4}, DType: tensor.Bool})
	y := layers.Apply(&layers.LSTM{Units: 3, ReturnSequences: true}, x, h, c)
	y = layers.Apply(&layers.MultiHeadAttention{NumHeads: 2, KeyDim: 2, UseCausalMask: true}, y, y, mask)
	y = layers.Apply(&layers.Attention{}, y, x.Then(&layers.Dense{Units: 3}))
	y = y.Then(&layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2})
	m := models.New([]*layers.Value{x, h, c, mask}, []*layers.Value{y})
	data, err := m.ToJSON()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"initial_state":[{`, `"attention_mask":{`, `"use_causal_mask":true`} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %s in %s", want, data)
		}
	}
	n, err := models.FromJSON(data)
	if err != nil {
		t.Fatal(err)
	}
	if err := n.SetWeights(m.Weights()); err != nil {
		t.Fatal(err)
	}
	for _, m := range []*models.Model{m, n} {
		if err := m.Compile(models.Compile{}); err != nil {
			t.Fatal(err)
		}
	}
	seen := tensor.New(tensor.Bool, 2, 4, 4)
	bits, _ := tensor.Data[bool](seen)
	for i := range bits {
		bits[i] = i%3 != 1
	}
	in := []*tensor.Tensor{sequences(0, 4), tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3), tensor.Of([]float32{-1, .2, .3, 0, 0, 1}, 2, 3), seen}
	if a, b := predicted(t, m, in...), predicted(t, n, in...); !a.Equal(b) {
		t.Errorf("%v became %v", a, b)
	}
}
