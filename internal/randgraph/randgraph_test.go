package randgraph_test

import (
	"reflect"
	"testing"

	"github.com/rhyton/rhyton/internal/randgraph"
)

func TestRandomGraphsAreOfEveryKindOfOperation(t *testing.T) {
	seen := map[reflect.Type]bool{}
	for seed := range uint64(300) {
		g, in, err := randgraph.Make(randgraph.Options{Seed: seed, Scan: true, Grad: seed%2 == 0})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if len(in) != len(g.Inputs) || len(g.Outputs) == 0 {
			t.Fatalf("seed %d: %d arrays for %d inputs, %d outputs", seed, len(in), len(g.Inputs), len(g.Outputs))
		}
		for _, n := range g.Nodes {
			seen[reflect.TypeOf(n.Op)] = true
		}
	}
	if len(seen) < 26 {
		t.Errorf("only %d kinds of operations: %v", len(seen), seen)
	}
}

func TestTheSameSeedMakesTheSameGraph(t *testing.T) {
	a, _, _ := randgraph.Make(randgraph.Options{Seed: 5, Scan: true})
	b, _, _ := randgraph.Make(randgraph.Options{Seed: 5, Scan: true})
	if a.String() != b.String() {
		t.Errorf("%v\n%v", a, b)
	}
}
