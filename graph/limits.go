package graph

import "math"

// Limits of one trace, so that a size in a model's configuration cannot exhaust the memory.
const (
	MaxNodes = 1 << 19 // operations, including those of scans
	MaxTable = 1 << 25 // elements of all tables; see [Graph.Table]
)

// A budget counts what a trace has used of its limits.
type budget struct{ nodes, table int }

// Table announces a constant of the given extents that is computed while tracing, such as the
// weights of a resize. It must be called before the constant is allocated: more than MaxTable
// elements in a trace are an error.
func (g *Graph) Table(what string, extents ...int) {
	if g.budget == nil {
		return
	}
	n := 1
	for _, d := range extents {
		if d > 0 && n > math.MaxInt/d {
			n = math.MaxInt
			break
		}
		n *= max(d, 0)
	}
	if n > MaxTable-g.budget.table {
		Errorf("%s: a table of %v elements; the tables of a model may have %d in all: check the sizes", what, Shape(extents), MaxTable)
	}
	g.budget.table += n
}

// count adds a node to the budget.
func (g *Graph) count() {
	if g.budget == nil {
		return
	}
	if g.budget.nodes++; g.budget.nodes > MaxNodes {
		Errorf("more than %d operations: check the number of steps, layers and nested models", MaxNodes)
	}
}
