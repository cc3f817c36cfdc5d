package models_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// factor is a custom layer as in the docs: x·w·By.
type factor struct {
	layers.Base
	By    float64 `keras:"by"`
	Extra int     // without a tag
}

func (f *factor) Call(s *layers.Scope, x *graph.Node) *graph.Node {
	w := s.Weight("w", graph.Shape{x.Shape[1]}, initializers.RandomUniform{})
	return ops.Scale(ops.Multiply(x, w), f.By)
}

func init() { layers.Register("models_test>factor", func() layers.Module { return &factor{} }) }

func TestCustomLayersComeBack(t *testing.T) {
	m := models.Sequential(layers.Input(3), &factor{By: 2.5}, &layers.Dense{Units: 2})
	again := saved(t, m)
	x := tensor.Of([]float32{1, 2, 3}, 1, 3)
	want, err := m.Predict(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := again.Predict(ctx, x); err != nil || !got[0].Equal(want[0]) {
		t.Errorf("%v, want %v (%v)", got, want, err)
	}
	m = models.Sequential(layers.Input(3), &factor{By: 2.5, Extra: 3})
	if err := m.Save(filepath.Join(t.TempDir(), "m.keras")); err == nil || !strings.Contains(err.Error(), "Extra would be lost") {
		t.Errorf("a field without a tag: %v", err)
	}
}

// saved saves and reloads a model.
func saved(t *testing.T, m *models.Model) *models.Model {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.keras")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	again, err := models.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// A frozen nested model is restored as frozen, and clearing its own field alone makes its layers
// trainable again.
func TestFrozenModelsInModelsComeBack(t *testing.T) {
	x := layers.Input(4)
	base := models.New(x, x.Then(&layers.Dense{Units: 3}))
	base.Name, base.Frozen = "base", true
	again := saved(t, models.Sequential(layers.Input(4), base, &layers.Dense{Units: 1}))
	l, err := again.Layer("base")
	if err != nil {
		t.Fatal(err)
	}
	inner := l.(*models.Model)
	if !inner.Frozen || inner.Layers()[0].(*layers.Dense).Frozen {
		t.Errorf("the model is frozen: %v, its layer by itself: %v", inner.Frozen, inner.Layers()[0].(*layers.Dense).Frozen)
	}
	data, err := again.ToJSON()
	if err != nil || strings.Count(string(data), `"trainable":false`) != 2 {
		t.Errorf("%s: want the model and its layer marked (%v)", data, err)
	}
	if dir := os.Getenv("RHYTON_KEEP"); dir != "" {
		if err := again.Save(filepath.Join(dir, "frozen.keras")); err != nil {
			t.Error(err)
		}
	}
}

// Keras' files cannot express that a layer is in a model and also in a model nested in it.
func TestWhatWouldNotComeBackIsNotWritten(t *testing.T) {
	shared := &layers.Dense{Units: 4}
	x, in := layers.Input(4), layers.Input(4)
	inner := models.New(in, in.Then(shared))
	m := models.New(x, x.Then(inner).Then(shared))
	path := filepath.Join(t.TempDir(), "m.keras")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), "would") {
		t.Errorf("saved: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "old" {
		t.Errorf("the old file is %q (%v)", text, err)
	}
	if _, err := m.Clone(); err == nil {
		t.Error("cloned")
	}
}
