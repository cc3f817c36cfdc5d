package fused_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/tensor"
)

// attentions are configurations: (batch 2, queries 3, heads 2, dim 2) to keys of 4.
var attentions = []fused.Attention{
	{Scale: .7, Hidden: -1e9},
	{Scale: .7, Hidden: -1e9, Causal: true},
	{Scale: 1, Hidden: -1e9, Seen: true},
	{Scale: 1, Hidden: -1e9, Seen: true, Causal: true, Strict: true, Rate: .3, Stream: 4},
	{Scale: 1.5, Hidden: -1e9, Bias: true, Rate: .2, Stream: 9},
}

// masked appends the bools for op: a query sees every other key, and one query sees none.
func masked(op fused.Attention, x []*graph.Node) []*graph.Node {
	if !op.Seen {
		return x
	}
	seen := tensor.New(graph.Bool, 2, 1, 3, 4)
	b, _ := tensor.Data[bool](seen)
	for i := range b {
		b[i] = i%2 == 0 && i/4 != 1
	}
	return append(x[:3:3], append([]*graph.Node{x[0].Graph().Literal(seen)}, x[3:]...)...)
}

func TestGradientsOfAttentionAreCentralDifferences(t *testing.T) {
	for _, op := range attentions {
		for _, keyHeads := range []int{1, 2} {
			shapes := [][]int{{2, 3, 2, 2}, {2, 4, keyHeads, 2}, {2, 4, keyHeads, 3}}
			if op.Bias {
				shapes = append(shapes, []int{1, 2, 3, 4})
			}
			c := gradcheck.Case{Name: "attention", Shapes: shapes,
				F: func(x []*graph.Node) *graph.Node { return squared(graph.Apply(op, masked(op, x)...)) }}
			t.Run(fmt.Sprint(op, keyHeads), c.Check)
		}
	}
}

func TestAttentionRejectsMismatchedOperands(t *testing.T) {
	f := func(shape ...int) graph.Type { return graph.Type{DType: graph.Float32, Shape: shape} }
	q, k, v := f(2, 3, 4, 5), f(2, 7, 2, 5), f(2, 7, 2, 6)
	seen := graph.Type{DType: graph.Bool, Shape: graph.Shape{2, 1, 3, 7}}
	ok := fused.Attention{Scale: 1, Hidden: -1}
	masked := fused.Attention{Scale: 1, Hidden: -1, Seen: true}
	for _, row := range []struct {
		op   graph.Op
		in   []graph.Type
		want string
	}{
		{ok, []graph.Type{q, k, v}, ""},
		{masked, []graph.Type{q, k, v, seen}, ""},
		{fused.AttentionGrad(ok), []graph.Type{q, k, v, f(2, 3, 4, 6)}, ""},
		{ok, []graph.Type{q, k}, "2 operands; want 3"},
		{masked, []graph.Type{q, k, v}, "3 operands; want 4"},
		{ok, []graph.Type{q, k, seen}, "want floats of (batch, time, heads, dim)"},
		{ok, []graph.Type{q, f(2, 7, 3, 5), f(2, 7, 3, 6)}, "do not fit"},
		{ok, []graph.Type{q, k, f(2, 6, 2, 6)}, "do not fit"},
		{masked, []graph.Type{q, k, v, f(2, 1, 3, 7)}, "want bool(2, 4, 3, 7)"},
		{masked, []graph.Type{q, k, v, {DType: graph.Bool, Shape: graph.Shape{2, 1, 3, 1}}}, "want bool(2, 4, 3, 7)"},
		{fused.Attention{Hidden: -1}, []graph.Type{q, k, v}, "scale 0"},
		{fused.Attention{Scale: 1, Rate: 1}, []graph.Type{q, k, v}, "rate 1"},
		{fused.AttentionGrad(ok), []graph.Type{q, k, v, q}, "want float32(2, 3, 4, 6)"},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			var in []*graph.Node
			for _, typ := range row.in {
				in = append(in, g.Input(typ.DType, typ.Shape...))
			}
			return graph.ResultsOf(graph.Apply(row.op, in...))
		})
		if got := fmt.Sprint(err); (row.want == "") != (err == nil) || !strings.Contains(got, row.want) && err != nil {
			t.Errorf("%v of %v: %v; want %q", row.op, row.in, err, row.want)
		}
	}
}
