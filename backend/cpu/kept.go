package cpu

import (
	"sync/atomic"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
)

// Weights that kernels want laid out in a way of their own are laid out once, and again
// when they have changed: in predictions they never do.

// stamps counts the buffers that were made.
var stamps atomic.Uint64

// newStamp is the first stamp of a new buffer. What may change a buffer's elements adds 1
// to its stamp: equal stamps mean the same buffer with the same elements.
func newStamp() uint64 { return stamps.Add(1) << 40 }

// kept reports whether v is memory that this program does not change: a variable that is
// not updated, or a constant.
func (c *compiler) kept(v value) bool {
	switch c.slots[v.slot].kind {
	case fixed:
		return true
	case caller:
		for _, x := range c.p.vars {
			if x.slot == v.slot {
				return !x.writes && !x.rows
			}
		}
	}
	return false
}

// changed returns a function that reports whether v may have changed since it was last asked.
func (c *compiler) changed(v value) func() bool {
	p, slot := c.p, v.slot
	if c.slots[slot].kind == fixed {
		asked := false
		return func() bool { first := !asked; asked = true; return first }
	}
	var seen uint64
	return func() bool {
		now := p.stamps[slot]
		if now == seen {
			return false
		}
		seen = now
		return true
	}
}

// packOnce makes g use its right-hand side laid out for the kernels, if that is worth it.
// It returns what is to be done before each run of g.
func (c *compiler) packOnce(g *kernel.Gemm, b value, mem *ref) func() {
	if !c.kept(b) || !g.Packs() {
		return nil
	}
	changed, k, n, ld, trans := c.changed(b), g.K, g.N, g.LDB, g.TransB
	return func() {
		switch {
		case g.Packed == nil:
			changed()
			g.Packed = kernel.PackB(mem.f32(), k, n, ld, trans)
		case changed():
			g.Packed.Repack(mem.f32(), ld, trans)
		}
	}
}
