package cpu

import (
	"unsafe"

	"github.com/rhyton/rhyton/graph"
)

// A track is a sequence that a scan walks along: at step t its slot stands at element t.
type track struct {
	all    *ref
	slot   int
	stride int // bytes between two steps
}

// scan emits the loop: its body is a program of its own in the same memory, whose carries
// keep their place and whose sequences move along.
func (s *scope) scan(n *graph.Node, op graph.Scan, in []value) {
	c := s.c
	l := &scanning{c: c, op: op}
	for i := range op.Carries {
		carry := c.temp(in[i].Type)
		c.copy(carry, in[i])
		l.carries = append(l.carries, carry)
		c.carry[carry.slot] = true
	}
	for _, o := range op.Body.Outputs[op.Carries:] {
		l.stacks = append(l.stacks, c.temp(graph.Type{DType: o.DType, Shape: append(graph.Shape{op.Length}, o.Shape...)}))
	}
	outside, code, prelude := c.outer, c.code, c.prelude
	c.outer, c.code, c.prelude = map[int]bool{}, nil, nil
	l.hold(in)
	c.depth++
	body := l.body(s, in)
	c.depth--
	touched := c.outer
	c.outer = outside
	for slot := range touched {
		c.touch(slot, false)
	}
	l.hold(in)
	loop := &program{code: c.code}
	c.code = append(code, instr{name: op.String(), run: l.loop(loop, c.prelude), body: loop})
	c.prelude = prelude
	body.tuples = nil
	s.tuples[n] = append(append([]value{}, l.carries...), l.stacks...)
	s.set(n, s.tuples[n][0])
}

// scanning is a scan under construction.
type scanning struct {
	c               *compiler
	op              graph.Scan
	carries, stacks []value
	tracks          []track
}

// hold keeps everything the loop works with alive at this position.
func (l *scanning) hold(in []value) {
	for _, v := range in {
		l.c.touch(v.slot, true)
	}
	for _, v := range l.carries {
		l.c.touch(v.slot, true)
	}
	for _, v := range l.stacks {
		l.c.touch(v.slot, true)
	}
	l.c.pos++
}

// body emits one step.
func (l *scanning) body(s *scope, in []value) *scope {
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
func (l *scanning) track(v value) value {
	c := l.c
	slot := c.newSlot(moving, 0)
	l.tracks = append(l.tracks, track{c.ref(v), slot, v.strides[0] * v.DType.Size()})
	return value{Type: graph.Type{DType: v.DType, Shape: v.Shape[1:]}, slot: slot, strides: v.strides[1:], constant: v.constant}
}

// next brings the results of a step to their places: first what shows old carries, then
// the new carries that can stand in their place from the start, then the rest.
func (l *scanning) next(b *scope) {
	c, op := l.c, l.op
	news := make([]value, op.Carries)
	for i, n := range op.Body.Outputs[:op.Carries] {
		if news[i] = b.value(n); l.old(news[i]) {
			v := news[i]
			news[i] = c.temp(v.Type)
			c.copy(news[i], v)
		}
	}
	results := make([]value, len(l.stacks))
	for i := range results {
		results[i] = l.track(l.stacks[i])
		c.slots[results[i].slot].bytes = bytesOf(results[i].Type)
		if v := b.value(op.Body.Outputs[op.Carries+i]); l.old(v) {
			c.copy(results[i], v)
		}
	}
	moved := make([]bool, op.Carries)
	for i, v := range news {
		moved[i] = c.moveTo(v, l.carries[i])
	}
	for i, to := range results {
		if v := b.value(op.Body.Outputs[op.Carries+i]); !l.old(v) && !c.moveTo(v, to) {
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
func (l *scanning) old(v value) bool {
	for _, k := range l.carries {
		if v.slot == k.slot {
			return true
		}
	}
	return false
}

// loop returns the run of all steps.
func (l *scanning) loop(body *program, prelude []func()) func() {
	p, length, reverse, tracks := l.c.p, l.op.Length, l.op.Reverse, l.tracks
	return func() {
		for _, do := range prelude {
			do()
		}
		for t := range length {
			if reverse {
				t = length - 1 - t
			}
			for _, k := range tracks {
				p.mem[k.slot] = unsafe.Add(k.all.pointer(), t*k.stride)
			}
			for i := range body.code {
				body.code[i].run()
			}
		}
	}
}
