package plan

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/backend/cpu/internal/threads"
)

// RowGrain is the elements a thread takes at a time in kernels over rows.
const RowGrain = 8192

// OverRows returns a run of do over rows of n elements.
func (p *Program) OverRows(m, n int, do func(lo, hi int)) func() {
	if m*n == 0 {
		return func() {}
	}
	return p.Spread(m, max(1, RowGrain/n), do)
}

// A Program is a compiled graph with the memory of one run at a time: instructions in
// order over a table of addresses. Executables keep as many as run at once.
type Program struct {
	code []Instr
	mem  []unsafe.Pointer // the address of each slot
	// stamps are those of the variables' slots
	stamps  []uint64
	Seed    uint64
	Threads *kernel.ThreadPool
	// sharing is what its runs have shown about small work
	sharing kernel.Sharing
	solo    *kernel.ThreadPool // of the caller's thread alone, for when the team is busy

	slab    unsafe.Pointer
	Bytes   int
	Vars    []External
	inputs  []External
	outputs []External
	Bound   []func(t *threads.Team) // what is done when the buffers of a run are in place
}

// An Instr is one step of a program: a kernel with its operands bound.
type Instr struct {
	name string
	run  func()
	body *Program // of a scan: for printing
}

// External is a slot whose memory comes with the run.
type External struct {
	slot   int
	Buffer *storage.Buffer // whose type was checked
	bytes  int             // from the slot's address on that the run is lent
	side   unsafe.Pointer
	Rows   bool // the program knows what to do with a table
	Writes bool // the program changes it
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

func (r *Ref) F32() []float32 { return Data[float32](r) }

// OrNil is the elements of an operand that may not be there.
func (r *Ref) OrNil() []float32 {
	if r == nil {
		return nil
	}
	return r.F32()
}

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
