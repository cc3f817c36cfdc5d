package xla

import (
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/randgraph"
)

func TestRandomGraphsAreTheReferences(t *testing.T) {
	dev := testDevice(t)
	for seed := range uint64(60) {
		o := randgraph.Options{Seed: seed, Scan: seed%2 == 0, Grad: seed%3 == 0, Float: graph.Float64}
		g, in, err := randgraph.Make(o)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { like(t, dev, g, in...) })
	}
}
