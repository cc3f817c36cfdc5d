package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// convPool is a convolution and the pooling of its result: the two are its results. They
// are done image by image, so that the convolution of one need not come back from memory,
// or, where nothing else reads it, never goes there. Operands as of convolution.
type convPool struct {
	convolution
	pool graph.Pool
	keep bool // the convolution has other readers
}

func (o convPool) String() string {
	return fmt.Sprintf("%v + %v[keep=%v]", o.convolution, o.pool, o.keep)
}

func (o convPool) Infer(in []graph.Type) []graph.Type {
	y := o.convolution.Infer(in)
	return append(y, o.pool.Infer(y)...)
}

// findConvPools notes the poolings of convolutions.
func (m *matcher) findConvPools(g *graph.Graph) {
	for _, n := range g.Nodes {
		op, ok := n.Op.(graph.Pool)
		if !ok || m.uses[n.ID] == 0 || n.DType != graph.Float32 || n.Shape.Size() == 0 {
			continue
		}
		conv := n.In[0]
		if _, ok := convolved(conv); !ok {
			if _, ok = conv.Op.(convolution); !ok {
				continue
			}
		}
		images := conv.Shape[0]
		if kernel.ConvPoolPays(images, conv.Shape.Size()/images) && (op.Fn == graph.Max || op.Fn == graph.Add) && m.convPools[conv] == nil {
			m.convPools[conv] = n
		}
	}
}

// pooledConv joins a convolution and the pooling of its result.
func (m *matcher) pooledConv(old *graph.Node, in []*graph.Node) *graph.Node {
	if tuple := m.convPools[old]; tuple != nil && tuple.Results != nil {
		return graph.ResultOf(tuple, 1)
	}
	pool := m.convPools[old]
	if pool == nil {
		return nil
	}
	op, ok := old.Op.(convolution)
	if !ok {
		op = convolution{Conv: old.Op.(graph.Conv)}
	}
	tuple := graph.Apply(convPool{convolution: op, pool: pool.Op.(graph.Pool), keep: m.uses[old.ID] > 1}, in...)
	m.convPools[pool] = tuple
	return graph.ResultOf(tuple, 0)
}

// seen is the shape of the part of a convolution's result, of shape y, that the windows of
// its pooling see, of shape p: with nobody else to read it the rest need not be there. Small
// images stay whole: whether a convolution is done by tiles depends on their size, and it must be done
// in one way for a batch and for a sample alone, whose pooling stands apart.
func (o convPool) seen(y, p graph.Shape) graph.Shape {
	const least = 7
	s := y.Clone()
	for i := range o.pool.Size.Rank {
		end := (p[1+i]-1)*o.pool.Strides.At[i] - o.pool.Low.At[i] + o.pool.Size.At[i]
		if s[1+i] = min(s[1+i], end); s[1+i] < least {
			return y
		}
	}
	return s
}

// convPool emits both; the convolution's own value is there only if it is kept.
// Of one that only the gradients of its pooling read, what no window sees is not there either.
func (s *scope) convPool(op convPool, n *graph.Node, in []value) []value {
	c, t := s.c, n.Results
	shape, seen := t[0].Shape, op.seen(t[0].Shape, t[1].Shape)
	if !op.keep {
		shape = seen
	}
	k := &kernel.ConvPool{Conv: convOf(op.Conv, in[0].Shape, in[1].Shape, shape),
		Pool: poolingOf(op.pool, shape, t[1].Shape), Sum: op.pool.Fn == graph.Add}
	k.Conv.Act = op.act
	if op.keep && op.Groups <= 1 && s.readByPool(n, op.pool) {
		k.Conv.Outputs = seen[1 : len(seen)-1]
	}
	x, f, y := c.dense(in[0]), c.dense(in[1]), c.temp(t[1])
	bias, reads := c.biasOf(op.convolution, in)
	writes := []value{y}
	var mid *ref
	var conv value
	if op.keep {
		conv = c.temp(t[0])
		mid, writes = c.ref(conv), append(writes, conv)
	}
	p, xr, fr, yr, changed := c.p, c.ref(x), c.ref(f), c.ref(y), c.filterChanged(k.Conv, f)
	c.emit(op.String()+" "+in[0].Type.String(), func() {
		k.Conv.FilterKept = !changed()
		k.Forward(p.pool, yr.f32(), mid.orNil(), xr.f32(), fr.f32(), bias.orNil())
	}, writes, append(reads, x, f))
	return []value{conv, y}
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
