package models_test

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// A varying extent may need to be large: a model is valid if it builds with some extent.
func TestLongInputsOfUnknownExtentAreAccepted(t *testing.T) {
	for _, l := range []layers.Layer{&layers.Conv1D{Filters: 2, KernelSize: []int{64}}, &layers.Cropping1D{Cropping: []int{5000, 5000}}} {
		m := models.Sequential(layers.Input(-1, 4), l)
		if err := m.Compile(models.Compile{}); err != nil {
			t.Errorf("%T: %v", l, err)
		}
	}
	m := models.Sequential(layers.Input(-1, 4), &layers.Conv2D{Filters: 2, KernelSize: []int{3}})
	if err := m.Compile(models.Compile{}); err == nil || !strings.Contains(err.Error(), "(batch, 32, 4)") {
		t.Errorf("a mistake that no extent heals: %v", err)
	}
}
