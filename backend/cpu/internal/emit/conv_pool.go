package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// convPool emits a convolution and its pooling. The convolution's own value exists only if
// it is kept; if only the gradients of its pooling read it, without the part that no window
// covers.
func (s *scope) convPool(op native.ConvPool, n *graph.Node) []plan.Value {
	c, t, in := s.c, n.Results, s.operands(n)
	shape, seen := t[0].Shape, op.Seen(t[0].Shape, t[1].Shape)
	if !op.Keep {
		shape = seen
	}
	k := &kernel.ConvPool{Conv: convOf(op.Conv, in[0].Shape, in[1].Shape, shape),
		Pool: poolingOf(op.Pool, shape, t[1].Shape), Sum: op.Pool.Fn == graph.Add}
	k.Conv.Act = op.Act
	if op.Keep && op.Groups <= 1 && s.readByPool(n, op.Pool) {
		k.Conv.Outputs = seen[1 : len(seen)-1]
	}
	x, f, y := c.dense(in[0]), c.dense(in[1]), c.Temp(t[1])
	bias, reads := c.biasOf(op.Convolution, in)
	writes := []plan.Value{y}
	var mid *plan.Ref
	var conv plan.Value
	if op.Keep {
		conv = c.Temp(t[0])
		mid, writes = c.Ref(conv), append(writes, conv)
	}
	p, xr, fr, yr, changed := c.Program, c.Ref(x), c.Ref(f), c.Ref(y), c.filterChanged(k.Conv, f)
	c.Emit(op.String()+" "+in[0].Type.String(), func() {
		k.Conv.FilterKept = !changed()
		k.Forward(p.Threads, yr.F32(), mid.OrNil(), xr.F32(), fr.F32(), bias.OrNil())
	}, writes, append(reads, x, f))
	return []plan.Value{conv, y}
}

// readByPool reports whether the convolution's own value of n is read by nothing but the
// gradients of its pooling.
func (s *scope) readByPool(n *graph.Node, pool graph.Pool) bool {
	for _, r := range s.users[n.ID] {
		if r.Op != (graph.Result{}) {
			continue
		}
		if s.uses[r.ID] != len(s.users[r.ID]) {
			return false
		}
		for _, u := range s.users[r.ID] {
			if u.Op != (graph.PoolGrad{Pool: pool}) || u.In[1] == r {
				return false
			}
		}
	}
	return true
}
