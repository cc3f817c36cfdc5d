package graph_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
)

func TestATraceIsLimited(t *testing.T) {
	for _, c := range []struct {
		name, want string
		build      func(g *graph.Graph)
	}{
		{"many nodes", "more than 524288 operations", func(g *graph.Graph) {
			for range graph.MaxNodes + 1 {
				g.Const(graph.Float32, 0)
			}
		}},
		{"table", "a table of (65536, 65536) elements", func(g *graph.Graph) { g.Table("resize", 65536, 65536) }},
		{"overflow", "tables of a model may have 33554432", func(g *graph.Graph) { g.Table("resize", math.MaxInt, math.MaxInt) }},
		{"sum", "tables of a model may have 33554432", func(g *graph.Graph) {
			g.Table("first", graph.MaxTable-1)
			g.Table("second", 2)
		}},
		{"fits", "", func(g *graph.Graph) { g.Table("only", graph.MaxTable) }},
	} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			c.build(g)
			return []*graph.Node{g.Const(graph.Float32, 0)}
		})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}
