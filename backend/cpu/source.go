package cpu

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/internal/philox"
	"github.com/rhyton/rhyton/tensor"
)

// source makes the values that have no operands, if n is one.
func (s *scope) source(n *graph.Node) bool {
	c := s.c
	switch op := n.Op.(type) {
	case graph.Input: // set before
		return s.has[n.ID]
	case graph.Read:
		s.set(n, s.vars[op.Var])
	case graph.Const:
		s.set(n, c.constant(n.Type, op.Value))
	case graph.Literal:
		s.set(n, c.literal(op.Tensor))
	case graph.Iota:
		s.set(n, c.iota(op))
	case graph.Result:
		t := n.In[0]
		s.need(t)
		if r := s.tuples[t]; r != nil {
			s.set(n, r[op.Index])
		} else {
			s.set(n, s.value(t))
		}
	default:
		return false
	}
	return true
}

// constant is one element, repeated.
func (c *compiler) constant(t graph.Type, x float64) value {
	one := c.fixed(t.DType, 1)
	convertTo(t.DType, c.slots[one].data, []float64{x})
	return value{Type: t, slot: one, strides: make([]int, len(t.Shape)), constant: constant{true, x}}
}

func (c *compiler) fixed(d graph.DType, n int) int {
	at := c.newSlot(fixed, n*d.Size())
	c.slots[at].data = aligned(n * d.Size())
	return at
}

func (c *compiler) literal(t *tensor.Tensor) value {
	at := c.newSlot(fixed, t.Len()*t.DType().Size())
	c.slots[at].data = pointer(t)
	return whole(graph.Type{DType: t.DType(), Shape: t.Shape()}, at)
}

// iota is one count, repeated along the other axes.
func (c *compiler) iota(op graph.Iota) value {
	shape := op.Dims.Shape()
	count := make([]float64, shape[op.Axis])
	for i := range count {
		count[i] = float64(i)
	}
	at := c.fixed(op.DType, len(count))
	convertTo(op.DType, c.slots[at].data, count)
	v := value{Type: graph.Type{DType: op.DType, Shape: shape}, slot: at, strides: make([]int, len(shape))}
	v.strides[op.Axis] = 1
	return v
}

// randomGrain is the numbers one thread draws at a time, a multiple of a Philox block.
const randomGrain = 8192

func (c *compiler) random(op graph.Random) value {
	out := c.temp(graph.Type{DType: op.DType, Shape: op.Dims.Shape()})
	o, p, stream := c.ref(out), c.p, op.Stream
	do := func(lo, hi int) { philoxFill64(data[float64](o)[lo:hi], op.Dist, p.seed, stream, uint64(lo)) }
	if op.DType == graph.Float32 {
		fill := kernel.Uniform
		if op.Dist == graph.Normal {
			fill = kernel.Normal
		}
		do = func(lo, hi int) { fill(o.f32()[lo:hi], p.seed, stream, uint64(lo)) }
	}
	c.emit(op.String(), p.spread(o.n, randomGrain, do), []value{out}, nil)
	return out
}

func philoxFill64(dst []float64, dist graph.Distribution, key, stream, offset uint64) {
	pair := philox.Uniforms64
	if dist == graph.Normal {
		pair = philox.Normals64
	}
	for i := 0; i < len(dst); i += 2 {
		two := pair(philox.Block(key, stream, (offset+uint64(i))/2))
		copy(dst[i:], two[:])
	}
}

// view makes the values that are other views of their operand, if n is one.
func (s *scope) view(n *graph.Node) bool {
	switch op := n.Op.(type) {
	case graph.StopGradient:
		s.set(n, s.value(n.In[0]))
	case graph.Reshape:
		s.set(n, s.c.reshape(s.value(n.In[0]), n.Shape))
	case graph.Broadcast:
		s.set(n, s.value(n.In[0]).broadcast(n.Shape))
	case graph.Transpose:
		s.set(n, s.value(n.In[0]).transpose(op.Perm.At[:op.Perm.Rank]))
	case graph.Slice:
		s.set(n, s.value(n.In[0]).slice(op.Start.At[:], op.Step.At[:], n.Shape))
	case graph.Reverse:
		s.set(n, s.value(n.In[0]).reverse(op.Axes))
	default:
		return false
	}
	return true
}

func (c *compiler) reshape(v value, to graph.Shape) value {
	if w, ok := v.reshape(to); ok {
		return w
	}
	v = c.dense(v)
	return value{Type: graph.Type{DType: v.DType, Shape: to}, slot: v.slot, off: v.off, strides: rowMajor(to)}
}

// convertTo writes xs as elements of type d, as [graph.Cast] converts.
func convertTo(d graph.DType, at unsafe.Pointer, xs []float64) {
	n := len(xs)
	switch d {
	case graph.Bool:
		for i, x := range xs {
			unsafe.Slice((*bool)(at), n)[i] = x != 0
		}
	case graph.BFloat16:
		for i, x := range xs {
			unsafe.Slice((*uint16)(at), n)[i] = half.ToBFloat16(float32(x))
		}
	case graph.Float16:
		for i, x := range xs {
			unsafe.Slice((*uint16)(at), n)[i] = half.ToFloat16(float32(x))
		}
	default:
		converter(graph.Float64, d)(at, unsafe.Pointer(unsafe.SliceData(xs)), n)
	}
}
