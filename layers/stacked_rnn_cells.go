package layers

import (
	"github.com/rhyton/rhyton/graph"
)

func init() {
	register[StackedRNNCells]()
}

// StackedRNNCells stacks cells into one: each receives the output of the previous one. Its states
// are those of the cells, concatenated in order. Weights: those of the cells.
type StackedRNNCells struct {
	Base

	Name  string `keras:"name"`
	Cells []Cell `keras:"cells,required"` // at least one
}

// Call returns the output for a single step x, starting from zero states.
func (c *StackedRNNCells) Call(s *Scope, x *graph.Node) *graph.Node {
	return callCell(s, c, []*graph.Node{x})[0]
}

// CallAll returns the output and the next states for a single step x and the current states.
func (c *StackedRNNCells) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return callCell(s, c, in)
}

// StateShapes returns the state shapes of all cells.
func (c *StackedRNNCells) StateShapes(x graph.Shape) (all []graph.Shape) {
	for _, cell := range c.Cells {
		shapes := cell.StateShapes(x)
		all = append(all, shapes...)
		x = outputShape(x, shapes)
	}
	return all
}

// outputShape returns the shape of a step's output: that of the cell's first state, as in
// Keras.
func outputShape(x graph.Shape, states []graph.Shape) graph.Shape {
	if len(states) == 0 {
		graph.Errorf("a cell has no state")
	}
	return append(graph.Shape{x[0]}, states[0]...)
}

// Begin returns the projection of the first cell and the combined step of all cells.
func (c *StackedRNNCells) Begin(s *Scope, x graph.Shape) (project func(x *graph.Node) *graph.Node,
	step func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node)) {
	if len(c.Cells) == 0 {
		graph.Errorf("Cells is empty")
	}
	type floor struct {
		project func(*graph.Node) *graph.Node
		step    func(*graph.Node, []*graph.Node) (*graph.Node, []*graph.Node)
		states  int
	}
	floors := make([]floor, len(c.Cells))
	for i, cell := range c.Cells {
		leave := s.enter(cell)
		f := &floors[i]
		f.project, f.step = cell.Begin(s, x)
		shapes := cell.StateShapes(x)
		f.states, x = len(shapes), outputShape(x, shapes)
		leave()
	}
	return floors[0].project, func(x *graph.Node, states []*graph.Node) (y *graph.Node, next []*graph.Node) {
		for i, f := range floors {
			if i > 0 && f.project != nil {
				x = f.project(x)
			}
			var after []*graph.Node
			x, after = f.step(x, states[:f.states])
			states, next = states[f.states:], append(next, after...)
		}
		return x, next
	}
}
