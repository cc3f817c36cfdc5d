package graph_test

import (
	"reflect"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/internal/randgraph"
	"github.com/rhyton/rhyton/tensor"
)

func TestGradientsThroughRegionsAreTheSameBits(t *testing.T) {
	again := 0
	for seed := range uint64(150) {
		o := randgraph.Options{Seed: seed, Grad: true, Scan: true, Ops: 20}
		g, in, err := randgraph.Make(o)
		if err != nil {
			t.Fatal(err)
		}
		o.Remat = true
		r, _, err := randgraph.Make(o)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range r.Nodes {
			if _, ok := n.Op.(graph.Barrier); ok {
				again++
			}
		}
		want, got := graphtest.Prepared(t, g).Run(in...), graphtest.Prepared(t, r).Run(in...)
		for i := range want {
			if !reflect.DeepEqual(want[i].Data(), got[i].Data()) {
				t.Fatalf("seed %d: output %d is %v with regions, %v without", seed, i, got[i], want[i])
			}
		}
	}
	if again < 100 {
		t.Errorf("only %d values were kept for recomputation", again)
	}
}

// The gradient doesn't read values computed in a region, whatever the passes do.
func TestNoPassMergesRecomputedNodes(t *testing.T) {
	const layers = 6
	build := func(remat bool) *graph.Graph {
		return graphtest.Trace(t, func(g *graph.Graph) []*graph.Node {
			x := g.Input(graph.Float32, 4, 5)
			y := x
			for range layers {
				first := len(g.Nodes)
				draw := g.Apply(graph.Random{Stream: 3, DType: graph.Float32, Dims: graph.DimsOf(y.Shape)})
				y = unary(graph.Tanh, unary(graph.Exp, mul(y, draw)))
				if remat {
					g.Remat(first)
				}
			}
			return append(graph.Grad(sum(y), x), y)
		})
	}
	count := func(g *graph.Graph, is func(graph.Op) bool) (n int) {
		for _, m := range graph.Prepare(g, nil).Nodes {
			if is(m.Op) {
				n++
			}
		}
		return n
	}
	exp := func(op graph.Op) bool { u, ok := op.(graph.Unary); return ok && u.Fn == graph.Exp }
	random := func(op graph.Op) bool { _, ok := op.(graph.Random); return ok }
	plain, again := build(false), build(true)
	for _, row := range []struct {
		name        string
		is          func(graph.Op) bool
		want, twice int
	}{{"exp", exp, layers, 2 * layers}, {"random", random, 1, 2}} {
		if n, m := count(plain, row.is), count(again, row.is); n != row.want || m != row.twice {
			t.Errorf("%s: %d and %d nodes; want %d and %d", row.name, n, m, row.want, row.twice)
		}
	}
	x := tensor.New(graph.Float32, 4, 5)
	want, got := graphtest.Prepared(t, plain).Run(x), graphtest.Prepared(t, again).Run(x)
	if !reflect.DeepEqual(want, got) {
		t.Errorf("%v; want %v", got, want)
	}
}
