package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// dropBlock is the elements whose draws stay in the L1 cache.
const dropBlock = 1024

// dropout draws the mask block by block, so that it stays in the cache.
func (s *scope) dropout(op fused.Dropout, n *graph.Node) []plan.Value {
	c := s.c
	x := c.dense(s.value(n.In[0]))
	out := c.Temp(n.Type)
	o, a, p := c.Ref(out), c.Ref(x), c.Program
	rate, scale := float32(op.Rate), float32(1/(1-op.Rate))
	draws := make([]float32, (o.N+randomGrain-1)/randomGrain*dropBlock) // a block for each piece
	run := p.Spread(o.N, randomGrain, func(lo, hi int) {
		u := draws[lo/randomGrain*dropBlock:][:dropBlock]
		for ; lo < hi; lo += dropBlock {
			w := min(dropBlock, hi-lo)
			y := o.F32()[lo : lo+w]
			kernel.Uniform(u[:w], p.Seed, op.Stream, uint64(lo))
			kernel.BinaryVS(kernel.Ge, u[:w], u[:w], rate)
			kernel.BinaryVS(kernel.Mul, y, a.F32()[lo:lo+w], scale)
			kernel.Ternary(kernel.Select, y, u[:w], y, zeros[:w])
		}
	})
	c.Emit(op.String()+" "+n.Type.String(), run, []plan.Value{out}, []plan.Value{x})
	c.MayOverwrite(out, x)
	return []plan.Value{out}
}

var zeros [dropBlock]float32 // never written
