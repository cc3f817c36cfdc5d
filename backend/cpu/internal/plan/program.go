package plan

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
)

// A Program is a compiled graph with the memory of one run at a time: instructions in order
// over a table of addresses. An executable keeps as many programs as it has run at once.
type Program struct {
	Seed    uint64             // of the present run
	Threads *kernel.ThreadPool // of the present run
	Bytes   int                // size of the arena

	// Vars are the variables; Bound is called when the buffers of a run are in place.
	Vars  []External
	Bound []func(t *threads.Team)

	code            []Instr
	mem             []unsafe.Pointer // the address of each slot
	stamps          []uint64         // of the variables' slots, see storage.Buffer.Use
	slab            unsafe.Pointer   // the arena
	inputs, outputs []External
	sharing         kernel.Sharing     // what earlier runs have shown about sharing small work
	solo            *kernel.ThreadPool // the caller's thread alone, for when the team is busy
}

// An Instr is one step of a program: a kernel with its operands bound.
type Instr struct {
	name string
	run  func()
	body *Program // of a scan: for printing
}

// An External is a slot whose memory comes with each run.
type External struct {
	Buffer *storage.Buffer // of the present run; its type has been checked
	Rows   bool            // the program uses single rows only, so it may be a table
	Writes bool            // the program changes it

	slot  int
	bytes int            // size of the memory of the run
	side  unsafe.Pointer // where an output is computed that shares memory with an operand
}

// String lists the instructions.
func (p *Program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d bytes\n", p.Bytes)
	p.list(&b, "")
	return b.String()
}

func (p *Program) list(b *strings.Builder, indent string) {
	for _, i := range p.code {
		fmt.Fprintf(b, "%s%s\n", indent, i.name)
		if i.body != nil {
			i.body.list(b, indent+"    ")
		}
	}
}

// RunCode runs the instructions.
func (p *Program) RunCode() {
	for i := range p.code {
		p.code[i].run()
	}
}

// Point makes a moving slot stand at another place.
func (p *Program) Point(slot int, at unsafe.Pointer) { p.mem[slot] = at }

// A Ref is where a kernel finds an operand: n elements from a byte offset of a slot.
type Ref struct {
	base *unsafe.Pointer
	off  int // bytes
	N    int // elements
	slot int
}

// Data is the elements of r. T must have the size of r's type.
func Data[T any](r *Ref) []T { return unsafe.Slice((*T)(unsafe.Add(*r.base, r.off)), r.N) }

// F32 is the elements of a float32 operand.
func (r *Ref) F32() []float32 { return Data[float32](r) }

// OrNil is the elements of an operand that may not be there.
func (r *Ref) OrNil() []float32 {
	if r == nil {
		return nil
	}
	return r.F32()
}

// Pointer is the address of the first element.
func (r *Ref) Pointer() unsafe.Pointer { return unsafe.Add(*r.base, r.off) }

// Spread returns a function that calls do for all of [0, n) in pieces of grain, on the
// program's threads.
func (p *Program) Spread(n, grain int, do func(lo, hi int)) func() {
	if n <= grain {
		return func() { do(0, n) }
	}
	part := func(i, _ int) { do(i*grain, min((i+1)*grain, n)) }
	parts := (n + grain - 1) / grain
	return func() { p.Threads.Run(parts, part) }
}

// RowGrain is the elements a thread takes at a time in kernels over rows.
const RowGrain = 8192

// OverRows returns a run of do over rows of n elements.
func (p *Program) OverRows(m, n int, do func(lo, hi int)) func() {
	if m*n == 0 {
		return func() {}
	}
	return p.Spread(m, max(1, RowGrain/n), do)
}
