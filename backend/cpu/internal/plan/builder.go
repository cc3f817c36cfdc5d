package plan

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
)

// A Builder collects the instructions of a program and the memory that they touch.
type Builder struct {
	Program    *Program
	slots      []slot
	refs       []*Ref
	overwrites []overwrite
	code       []Instr
	pos        int          // of the next instruction
	depth      int          // of scans around
	outer      map[int]bool // slots from outside the present scan that it touches
	carry      map[int]bool // slots of carries
}

// NewBuilder returns a Builder of an empty program.
func NewBuilder() *Builder {
	return &Builder{Program: &Program{}, outer: map[int]bool{}, carry: map[int]bool{}}
}

// NewVariable is the place of the program's next variable, whose buffer comes with each run.
func (b *Builder) NewVariable(t graph.Type) Value {
	v := b.external(t)
	b.Program.Vars = append(b.Program.Vars, External{slot: v.Slot})
	return v
}

// NewInput is the place of the program's next input.
func (b *Builder) NewInput(t graph.Type) Value {
	v := b.external(t)
	b.Program.inputs = append(b.Program.inputs, External{slot: v.Slot})
	return v
}

// NewOutput is the place of the program's next output.
func (b *Builder) NewOutput(t graph.Type) Value {
	v := b.external(t)
	b.Program.outputs = append(b.Program.outputs, External{slot: v.Slot, Writes: true})
	return v
}

func (b *Builder) external(t graph.Type) Value { return Whole(t, b.newSlot(caller, bytesOf(t))) }

// Fixed is a slot for constant data of that many bytes.
func (b *Builder) Fixed(data unsafe.Pointer, bytes int) int {
	at := b.newSlot(fixed, bytes)
	b.slots[at].data = data
	return at
}

// Moving is a slot of a scan that moves at each step, see [Program.Point].
func (b *Builder) Moving(t graph.Type) int { return b.newSlot(moving, bytesOf(t)) }

// Keep marks the slot of v as a carry: a scan's steps change it.
func (b *Builder) Keep(v Value) { b.carry[v.Slot] = true }

// Invariant reports whether v is the same at every step of the present scan.
func (b *Builder) Invariant(v Value) bool {
	s := &b.slots[v.Slot]
	return b.depth > 0 && s.depth < b.depth && !b.carry[v.Slot]
}

// Hold keeps the values alive at this position.
func (b *Builder) Hold(values ...Value) {
	for _, v := range values {
		b.touch(v.Slot, true)
	}
	b.pos++
}

// A body is the body of a scan under construction and what was there before it.
type body struct {
	outer map[int]bool
	code  []Instr
}

// Begin starts the body of a scan.
func (b *Builder) Begin() body {
	l := body{b.outer, b.code}
	b.outer, b.code = map[int]bool{}, nil
	b.depth++
	return l
}

// End ends the body: what it touched of the outside is touched as a whole.
func (b *Builder) End(l body) (steps *Program) {
	b.depth--
	touched := b.outer
	steps = &Program{code: b.code}
	b.outer, b.code = l.outer, l.code
	for slot := range touched {
		b.touch(slot, false)
	}
	return steps
}

// Repeat appends the instruction that runs a body.
func (b *Builder) Repeat(name string, run func(), body *Program) {
	b.code = append(b.code, Instr{name: name, run: run, body: body})
}

// Length is how many instructions there are.
func (b *Builder) Length() int { return len(b.code) }

// Lent reports whether v is memory of the caller's as it was given.
func (c *Builder) Lent(v Value) bool { return c.slots[v.Slot].kind == caller }

// Finish lays out the memory and resolves the references.
func (c *Builder) Finish() *Program {
	p := c.Program
	place, bytes := c.layout()
	p.Bytes = bytes
	p.slab = storage.Aligned(bytes)
	p.mem, p.stamps = make([]unsafe.Pointer, len(c.slots)), make([]uint64, len(c.slots))
	for i, s := range c.slots {
		switch {
		case s.root != i:
		case s.kind == arena:
			p.mem[i] = unsafe.Add(p.slab, place[i])
		case s.kind == fixed:
			p.mem[i] = s.data
		}
	}
	for _, r := range c.refs {
		r.base = &p.mem[c.Root(r.slot)]
	}
	p.code = c.code
	return p
}

// Emit appends an instruction that writes and reads the given values.
func (c *Builder) Emit(name string, run func(), writes, reads []Value) {
	c.code = append(c.code, Instr{name: name, run: run})
	for _, v := range reads {
		c.touch(v.Slot, true)
	}
	for _, v := range writes {
		c.touch(v.Slot, false)
	}
	c.pos++
}

// MayOverwrite says that the instruction emitted last may write w where r was: it reads
// each element of r before it writes that element of w, and nothing of r after.
func (c *Builder) MayOverwrite(w, r Value) {
	if w.Dense() && r.Dense() && w.Offset == 0 && r.Offset == 0 && bytesOf(w.Type) == bytesOf(r.Type) {
		c.overwrites = append(c.overwrites, overwrite{c.pos - 1, w.Slot, r.Slot})
	}
}

// Ref makes the place of v's elements known to a kernel.
func (c *Builder) Ref(v Value) *Ref {
	r := &Ref{slot: v.Slot, off: v.Offset * v.DType.Size(), N: v.Shape.Size()}
	c.refs = append(c.refs, r)
	return r
}

// Temp is a new dense value.
func (c *Builder) Temp(t graph.Type) Value { return Whole(t, c.newSlot(arena, bytesOf(t))) }

// TableAt returns the variable in a slot if it may be a table.
func (c *Builder) TableAt(slot int) *External {
	for i := range c.Program.Vars {
		if x := &c.Program.Vars[i]; x.slot == slot && x.Rows {
			return x
		}
	}
	return nil
}
