package models_test

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The Keras file has layers of 4 and 2 units over 3 features.
func TestLoadMatchingLeavesWhatDoesNotFit(t *testing.T) {
	keras := "testdata/loss_scale.keras"
	whole, err := models.Load(keras)
	if err != nil {
		t.Fatal(err)
	}
	ours := filepath.Join(t.TempDir(), "w.safetensors")
	if err := whole.SaveWeights(ours); err != nil {
		t.Fatal(err)
	}
	dense := func(units int, bare bool, name string) *layers.Dense {
		return &layers.Dense{Units: units, NoBias: bare, Name: name}
	}
	for _, row := range []struct {
		name string
		m    *models.Model
		left []string
		set  []int // weights set from the file, by their index in both
	}{
		{"all", models.Sequential(layers.Input(3), dense(4, false, "a"), dense(2, false, "b")), nil, []int{0, 1, 2, 3}},
		{"another head", models.Sequential(layers.Input(3), dense(4, false, "a"), dense(5, false, "b")), []string{"b/kernel", "b/bias"}, []int{0, 1}},
		{"no bias", models.Sequential(layers.Input(3), dense(4, false, "a"), dense(2, true, "b")), []string{"b/kernel"}, []int{0, 1}},
		{"one layer more", models.Sequential(layers.Input(3), dense(4, false, "a"), dense(2, false, "b"), dense(1, false, "c")), []string{"c/kernel", "c/bias"}, []int{0, 1, 2, 3}},
	} {
		for _, file := range []string{keras, ours} {
			before := row.m.Weights()
			left, err := row.m.LoadMatching(file)
			if err != nil || !slices.Equal(left, row.left) {
				t.Errorf("%s, %s: left %q, %v; want %q", row.name, file, left, err, row.left)
			}
			for i, w := range row.m.Weights() {
				want := before[i]
				if slices.Contains(row.set, i) {
					want = whole.Weights()[i]
				}
				if !reflect.DeepEqual(w.Data(), want.Data()) {
					t.Errorf("%s, %s: weight %d is %v; want %v", row.name, file, i, w, want)
				}
			}
			if err := row.m.SetWeights(zeros(before)); err != nil { // for the other file
				t.Fatal(err)
			}
		}
	}
	other := models.Sequential(layers.Input(9), dense(9, false, "z"))
	for _, file := range []string{keras, ours} {
		if _, err := other.LoadMatching(file); err == nil || !strings.Contains(err.Error(), "no layer of the model has its weights in the file") {
			t.Error(err)
		}
	}
}

func zeros(like []*tensor.Tensor) (all []*tensor.Tensor) {
	for _, t := range like {
		all = append(all, tensor.New(t.DType(), t.Shape()...))
	}
	return all
}
