package models_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// hollow is a layer whose sublayer was not set.
type hollow struct {
	layers.Base
	Inner *layers.Dense
}

func (h *hollow) Call(s *layers.Scope, x *graph.Node) *graph.Node { return s.Call(h.Inner, x) }

func TestALayerMadeOfANilLayerIsNamed(t *testing.T) {
	err := models.Sequential(layers.Input(3), &hollow{}).Compile(models.Compile{})
	if err == nil || !strings.Contains(err.Error(), "hollow") || !strings.Contains(err.Error(), "nil") {
		t.Errorf("got %v; want the layer's name and what is nil", err)
	}
}

func TestWeightsAloneAreNoKerasFile(t *testing.T) {
	m := models.Sequential(layers.Input(3), &layers.Dense{Units: 2})
	path := filepath.Join(t.TempDir(), "w.keras")
	if err := m.SaveWeights(path); err == nil || !strings.Contains(err.Error(), ".weights.h5") {
		t.Errorf("got %v; want what to do instead", err)
	}
}
