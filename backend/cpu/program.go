package cpu

import (
	"fmt"
	"strings"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

// A program is a compiled graph with the memory of one run at a time: instructions in
// order over a table of addresses. Executables keep as many as run at once.
type program struct {
	code []instr
	mem  []unsafe.Pointer // the address of each slot
	// stamps are those of the variables' slots
	stamps []uint64
	seed   uint64
	pool   *kernel.Pool
	// sharing is what its runs have shown about small work
	sharing kernel.Sharing
	solo    *kernel.Pool // of the caller's thread alone, for when the team is busy

	slab    unsafe.Pointer
	bytes   int
	vars    []external
	inputs  []external
	outputs []external
	tables  []*tableUpdate
}

// An instr is one step of a program: a kernel with its operands bound.
type instr struct {
	name string
	run  func()
	body *program // of a scan: for printing
}

// external is a slot whose memory comes with the run.
type external struct {
	slot   int
	last   *buffer // whose type was checked
	bytes  int     // from the slot's address on that the run is lent
	side   unsafe.Pointer
	rows   bool // the program knows what to do with a table
	writes bool // the program changes it
}

// String lists the instructions.
func (p *program) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d bytes\n", p.bytes)
	p.list(&b, "")
	return b.String()
}

func (p *program) list(b *strings.Builder, indent string) {
	for _, i := range p.code {
		fmt.Fprintf(b, "%s%s\n", indent, i.name)
		if i.body != nil {
			i.body.list(b, indent+"    ")
		}
	}
}

// A ref is where a kernel finds an operand: n elements from a byte offset of a slot.
type ref struct {
	base *unsafe.Pointer
	off  int // bytes
	n    int // elements
	slot int
}

// data is the elements of r. T must have the size of r's type.
func data[T any](r *ref) []T { return unsafe.Slice((*T)(unsafe.Add(*r.base, r.off)), r.n) }

func (r *ref) f32() []float32 { return data[float32](r) }

// orNil is the elements of an operand that may not be there.
func (r *ref) orNil() []float32 {
	if r == nil {
		return nil
	}
	return r.f32()
}

func (r *ref) pointer() unsafe.Pointer { return unsafe.Add(*r.base, r.off) }

// spread returns a function that calls do for all of [0, n) in pieces of grain, on the
// program's threads.
func (p *program) spread(n, grain int, do func(lo, hi int)) func() {
	if n <= grain {
		return func() { do(0, n) }
	}
	part := func(i, _ int) { do(i*grain, min((i+1)*grain, n)) }
	parts := (n + grain - 1) / grain
	return func() { p.pool.Run(parts, part) }
}
