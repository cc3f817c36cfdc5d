package layers

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// A recurrence is how a recurrent layer runs its cell over time: a single loop in the graph,
// whose size is independent of the number of steps.
type recurrence struct {
	cell       Cell
	sequences  bool // return the outputs of all steps
	states     bool // also return the final states
	backwards  bool
	stateful   bool // start from the final states of the previous run
	zeroMasked bool // output zeros at masked steps instead of the previous output
}

// run returns the output and, if requested, the final states. in holds x (batch, time,
// features…), optionally followed by the initial states.
func (r recurrence) run(s *Scope, in []*graph.Node) []*graph.Node {
	x := in[0]
	if r.cell == nil {
		graph.Errorf("Cell is nil")
	}
	if x.Rank() < 3 || x.Shape[1] < 1 {
		graph.Errorf("want rank 3 or more, (batch, time, features), and at least one step")
	}
	step := append(graph.Shape{x.Shape[0]}, x.Shape[2:]...)
	mask := stepMask(s, x)
	kept := r.kept(s, step)
	leave := s.enter(r.cell)
	in = s.autocast(r.cell, in)
	ys, last, final := r.over(s, swapTime(in[0]), mask, r.begin(s, step, in[1:], kept))
	leave()
	for i, v := range kept {
		s.Assign(v, final[i])
	}
	out := []*graph.Node{last}
	if r.sequences {
		if r.backwards {
			ys = ops.Flip(ys, 0) // in order of computation, as in Keras
		}
		out[0] = swapTime(ys)
	}
	if r.states {
		out = append(out, final...)
	}
	for i, n := range out {
		out[i] = ops.Cast(n, s.policy().compute())
	}
	return out
}

// begin returns the initial states: those given, else the kept ones, else zeros.
func (r recurrence) begin(s *Scope, step graph.Shape, given []*graph.Node, kept []*graph.Variable) []*graph.Node {
	if states := checkStates(s, r.cell, step, given); states != nil {
		return states
	}
	if len(kept) == 0 {
		return zeroStates(s, r.cell, step)
	}
	states := make([]*graph.Node, len(kept))
	for i, v := range kept {
		states[i] = ops.Cast(s.Read(v), s.policy().compute())
	}
	return states
}

// kept returns the variables that keep the states between runs, if the layer is stateful.
func (r recurrence) kept(s *Scope, step graph.Shape) (vars []*graph.Variable) {
	if !r.stateful {
		return nil
	}
	for i, shape := range r.cell.StateShapes(step) {
		vars = append(vars, s.variable(WeightSpec{Name: stateName(i, step[0]), Shape: append(graph.Shape{step[0]}, shape...), Tracked: true, passing: true}))
	}
	return vars
}

// swapTime swaps the first two axes, batch and time, because loops run over the first axis.
func swapTime(x *graph.Node) *graph.Node { return ops.SwapAxes(x, 0, 1) }

// stepMask returns the mask of x as bools (time, batch), or nil if there is none.
func stepMask(s *Scope, x *graph.Node) *graph.Node {
	mask := s.Mask(x)
	if mask == nil {
		return nil
	}
	if !mask.Shape.Equal(x.Shape[:2]) {
		graph.Errorf("its mask is of shape %v; want (batch, time) = %v", mask.Shape, x.Shape[:2])
	}
	return swapTime(mask)
}

// over runs the cell over x (time, batch, features…). It returns the outputs of all steps, if
// requested, the last output, and the final states.
func (r recurrence) over(s *Scope, x, mask *graph.Node, states []*graph.Node) (ys, last *graph.Node, final []*graph.Node) {
	if q, ok := r.cell.(sequencer); ok && mask == nil {
		if ys, final = q.sequence(s, x, states, r.backwards); ys != nil {
			return ys, final[0], final // avoids a gradient of all outputs that is zero except for one
		}
	}
	project, step := r.cell.Begin(s, x.Shape[1:])
	if project != nil {
		x = project(x)
	}
	if mask != nil {
		return r.masked(x, mask, states, step)
	}
	same := -1 // index of the state that equals the output
	final, stack := graph.Loop{Init: states, Seqs: []*graph.Node{x}, Reverse: r.backwards}.Run(
		func(carry, x []*graph.Node) (next, results []*graph.Node) {
			y, next := step(x[0], carry)
			if same = slices.Index(next, y); same >= 0 && !r.sequences {
				return next, nil
			}
			return next, []*graph.Node{y}
		})
	if len(stack) == 0 {
		return nil, final[same], final
	}
	return stack[0], r.lastOf(stack[0]), final
}

// lastOf returns the output of the step that was computed last.
func (r recurrence) lastOf(ys *graph.Node) *graph.Node {
	if r.backwards {
		return ops.Index(ys, 0, 0)
	}
	return ops.Index(ys, 0, -1)
}

// masked is like over, with a mask (time, batch): a masked step leaves the states unchanged and
// repeats the output of the previous step, initially zeros.
func (r recurrence) masked(x, mask *graph.Node, states []*graph.Node, step func(*graph.Node, []*graph.Node) (*graph.Node, []*graph.Node)) (ys, last *graph.Node, final []*graph.Node) {
	y, _ := step(ops.Index(x, 0, 0), states) // only its shape is used
	before := ops.ZerosLike(y)
	final, stack := graph.Loop{Init: append([]*graph.Node{before}, states...), Seqs: []*graph.Node{x, mask}, Reverse: r.backwards}.Run(
		func(carry, x []*graph.Node) (next, results []*graph.Node) {
			y, after := step(x[0], carry[1:])
			before := carry[0]
			if r.zeroMasked {
				before = ops.ZerosLike(y)
			}
			next = []*graph.Node{whereStep(x[1], y, before)}
			for i, n := range after {
				next = append(next, whereStep(x[1], n, carry[1+i]))
			}
			if r.sequences {
				results = next[:1]
			}
			return next, results
		})
	if r.sequences {
		ys = stack[0]
	}
	return ys, final[0], final[1:]
}

// whereStep returns a for the samples where mask (batch) is true, else b.
func whereStep(mask, a, b *graph.Node) *graph.Node {
	shape := make([]int, a.Rank())
	for i := range shape {
		shape[i] = 1
	}
	shape[0] = a.Shape[0]
	return ops.Where(ops.Reshape(mask, shape...), a, b)
}

// sequenceMask returns the mask of a recurrent layer's output: the mask of the input if the layer
// returns sequences.
func sequenceMask(s *Scope, sequences bool, in []*graph.Node) *graph.Node {
	if !sequences {
		return nil
	}
	return s.Mask(in[0])
}
