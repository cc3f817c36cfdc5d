package models_test

import (
	"context"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// Compile tests the loss with generated targets, which must be valid for the loss.
func TestLossesOfOtherTargetsAreCompiledAndFitted(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7, 8}, 4, 2)
	classes := tensor.Of([]int32{0, 1, 2, 1})
	steps := tensor.Of([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, 2, 3, 2)
	labels := tensor.Of([]int32{1, 0, 2, 1}, 2, 2)
	for _, row := range []struct {
		loss losses.Loss
		x, y *tensor.Tensor
	}{
		{losses.SparseCategoricalCrossentropy{}, x, classes},
		{&losses.SparseCategoricalCrossentropy{}, x, classes},
		{losses.CategoricalGeneralizedCrossEntropy{}, x, classes},
		{losses.Circle{}, x, classes},
		{losses.Crossentropy{}, x, classes},
		{losses.CTC{}, steps, labels},
	} {
		m := models.Sequential(layers.Input(row.x.Shape()[1:]...), &layers.Dense{Units: 3, Activation: activations.Softmax})
		if err := m.Compile(models.Compile{Loss: row.loss, Optimizer: &optimizers.SGD{}}); err != nil {
			t.Errorf("%T: %v", row.loss, err)
			continue
		}
		data := &datasets.Arrays{X: []*tensor.Tensor{row.x}, Y: []*tensor.Tensor{row.y}}
		if _, err := m.Fit(context.Background(), data, models.Fit{}); err != nil {
			t.Errorf("%T: %v", row.loss, err)
		}
	}
}
