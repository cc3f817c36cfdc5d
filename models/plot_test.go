package models_test

import (
	"encoding/xml"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// forked is a model with two branches, one of which is a model.
func forked() *models.Model {
	x := layers.InputOf(layers.InputSpec{Name: "x", Shape: []int{4}})
	inner := models.Sequential(layers.Input(4), &layers.Dense{Units: 3, Name: "first"}, &layers.Dense{Units: 2, Name: "second"})
	inner.Name = "inner"
	a := x.Then(&layers.Dense{Units: 2, Name: "a<b", Activation: activations.ReLU})
	return models.New(x, layers.Apply(&layers.Add{Name: "sum"}, a, x.Then(inner)))
}

func TestPlotWritesDOT(t *testing.T) {
	got, err := models.Plot{ShowShapes: true, ShowActivations: true, ShowParams: true, Nested: true}.DOT(forked())
	if err != nil {
		t.Fatal(err)
	}
	want := `digraph "functional" {
  rankdir=TB;
  node [shape=box, fontname=Helvetica];
  n0 [label="x (Input)\n(batch, 4)"];
  n1 [label="a<b (Dense)\nactivation: relu\n(batch, 2)\n10 parameters"];
  n0 -> n1;
  subgraph cluster_n2 {
    label="inner";
    n2_0 [label="input (Input)\n(batch, 4)"];
    n2_1 [label="first (Dense)\nactivation: linear\n(batch, 3)\n15 parameters"];
    n2_0 -> n2_1;
    n2_2 [label="second (Dense)\nactivation: linear\n(batch, 2)\n8 parameters"];
    n2_1 -> n2_2;
  }
  n0 -> n2_0;
  n3 [label="sum (Add)\n(batch, 2)"];
  n1 -> n3;
  n2_2 -> n3;
}
`
	if got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestPlotDrawsEveryLayerAndArrow(t *testing.T) {
	for _, p := range []models.Plot{{}, {LeftToRight: true, ShowShapes: true, ShowDTypes: true, ShowTrainable: true}} {
		svg, err := p.SVG(forked())
		if err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(strings.NewReader(svg)); err == nil; _, err = d.Token() {
		}
		if !errors.Is(err, io.EOF) {
			t.Errorf("no XML: %v", err)
		}
		if n := strings.Count(svg, "marker-end"); n != 4 {
			t.Errorf("%d arrows, want 4", n)
		}
		for _, text := range []string{"x (Input)", "a&lt;b (Dense)", "inner (Sequential)", "sum (Add)"} {
			if strings.Count(svg, text) != 1 {
				t.Errorf("%q is not there once", text)
			}
		}
		if p.ShowDTypes && !strings.Contains(svg, ">float32</text>") || p.ShowTrainable && !strings.Contains(svg, ">trainable</text>") {
			t.Errorf("type or training is missing: %s", svg)
		}
	}
	dir := t.TempDir()
	for _, name := range []string{"/m.svg", "/m.dot"} {
		if err := (models.Plot{}).Save(forked(), dir+name); err != nil {
			t.Error(err)
		}
		if text, err := os.ReadFile(dir + name); err != nil || len(text) < 100 {
			t.Errorf("%s: %d bytes, %v", name, len(text), err)
		}
	}
	if err := (models.Plot{}).Save(forked(), dir+"/m.png"); err == nil || !strings.Contains(err.Error(), "want .svg or .dot") {
		t.Errorf("a picture of pixels: %v", err)
	}
}
