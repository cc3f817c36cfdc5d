package models_test

import (
	"context"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The first prediction moves the mean to device memory.
func TestANormalizationOfAFileStaysAdapted(t *testing.T) {
	n := &layers.Normalization{}
	x := tensor.Of([]float32{1, 2, 3, 6}, 2, 2)
	m := models.Sequential(layers.Input(2), n, &layers.Dense{Units: 1})
	if err := models.Adapt(n, &datasets.Arrays{X: []*tensor.Tensor{x}}); err != nil {
		t.Fatal(err)
	}
	path := t.TempDir() + "/m.keras"
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	loaded, err := models.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := loaded.Predict(context.Background(), x); err != nil {
			t.Fatal(err)
		}
	}
}
