package emit

import (
	"slices"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// A track is a sequence that a scan steps through: at step t its slot points to element t.
type track struct {
	all    *plan.Ref
	slot   int
	stride int // bytes between two steps
}

// scan emits the loop. The body is a program of its own in the same memory: carries stay where
// they are, the slots of sequences move.
func (s *scope) scan(op graph.Scan, n *graph.Node) []plan.Value {
	c, in := s.c, s.operands(n)
	l := &scanEmitter{c: c, op: op}
	for i := range op.Carries {
		carry := c.Temp(in[i].Type)
		c.copy(carry, in[i])
		l.carries = append(l.carries, carry)
		c.Keep(carry)
	}
	for _, o := range op.Body.Outputs[op.Carries:] {
		l.stacks = append(l.stacks, c.Temp(graph.Type{DType: o.DType, Shape: append(graph.Shape{op.Length}, o.Shape...)}))
	}
	prelude := c.prelude
	c.prelude = nil
	around := slices.Concat(in, l.carries, l.stacks)
	c.Hold(around...)
	begun := c.Begin()
	body := l.body(s, in)
	steps := c.End(begun)
	c.Hold(around...)
	c.Repeat(op.String(), l.loop(steps, c.prelude), steps)
	c.prelude = prelude
	body.tuples = nil
	return slices.Concat(l.carries, l.stacks)
}

// A scanEmitter is a scan under construction.
type scanEmitter struct {
	c               *compiler
	op              graph.Scan
	carries, stacks []plan.Value
	tracks          []track
}

// body emits one step.
func (l *scanEmitter) body(s *scope, in []plan.Value) *scope {
	c, op := l.c, l.op
	b := c.scope(op.Body, s)
	for i, n := range op.Body.Inputs {
		switch {
		case i < op.Carries:
			b.set(n, l.carries[i])
		case i < op.Carries+op.Seqs:
			b.set(n, l.track(in[i]))
		default:
			b.set(n, in[i])
		}
	}
	b.emitAll()
	if c.err == nil {
		l.next(b)
	}
	return b
}

// track makes the step of a sequence a value.
func (l *scanEmitter) track(v plan.Value) plan.Value {
	c := l.c
	t := graph.Type{DType: v.DType, Shape: v.Shape[1:]}
	slot := c.Moving(t)
	l.tracks = append(l.tracks, track{c.Ref(v), slot, v.Strides[0] * v.DType.Size()})
	return plan.Value{Type: t, Slot: slot, Strides: v.Strides[1:], Constant: v.Constant}
}

// next moves the results of a step to their places: first results that are old carries, then
// new carries that can be computed in place, then copies of the rest.
func (l *scanEmitter) next(b *scope) {
	c, op := l.c, l.op
	news := make([]plan.Value, op.Carries)
	for i, n := range op.Body.Outputs[:op.Carries] {
		if news[i] = b.value(n); l.old(news[i]) {
			v := news[i]
			news[i] = c.Temp(v.Type)
			c.copy(news[i], v)
		}
	}
	results := make([]plan.Value, len(l.stacks))
	for i := range results {
		results[i] = l.track(l.stacks[i])
		if v := b.value(op.Body.Outputs[op.Carries+i]); l.old(v) {
			c.copy(results[i], v)
		}
	}
	moved := make([]bool, op.Carries)
	for i, v := range news {
		moved[i] = c.MoveTo(v, l.carries[i])
	}
	for i, to := range results {
		if v := b.value(op.Body.Outputs[op.Carries+i]); !l.old(v) && !c.MoveTo(v, to) {
			c.copy(to, v)
		}
	}
	for i, v := range news {
		if !moved[i] {
			c.copy(l.carries[i], v)
		}
	}
}

// old reports whether v shows a carry of the step before.
func (l *scanEmitter) old(v plan.Value) bool {
	for _, k := range l.carries {
		if v.Slot == k.Slot {
			return true
		}
	}
	return false
}

// loop returns the run of all steps.
func (l *scanEmitter) loop(body *plan.Program, prelude []func()) func() {
	p, length, reverse, tracks := l.c.Program, l.op.Length, l.op.Reverse, l.tracks
	return func() {
		for _, do := range prelude {
			do()
		}
		for t := range length {
			if reverse {
				t = length - 1 - t
			}
			for _, k := range tracks {
				p.Point(k.slot, unsafe.Add(k.all.Pointer(), t*k.stride))
			}
			body.RunCode()
		}
	}
}
