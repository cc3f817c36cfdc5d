package emit

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/internal/philox"
	"github.com/rhyton/rhyton/tensor"
)

// source sets the value of n if that has no operands.
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
func (c *compiler) constant(t graph.Type, x float64) plan.Value {
	return plan.Value{Type: t, Slot: c.numbers(t.DType, x), Strides: make([]int, len(t.Shape)), Constant: plan.Constant{Known: true, Number: x}}
}

// numbers is a slot that holds xs as elements of type d.
func (c *compiler) numbers(d graph.DType, xs ...float64) int {
	at := storage.Aligned(len(xs) * d.Size())
	convertTo(d, at, xs)
	return c.Fixed(at, len(xs)*d.Size())
}

func (c *compiler) literal(t *tensor.Tensor) plan.Value {
	return plan.Whole(graph.Type{DType: t.DType(), Shape: t.Shape()}, c.Fixed(storage.Address(t), t.Len()*t.DType().Size()))
}

// iota is one count, repeated along the other axes.
func (c *compiler) iota(op graph.Iota) plan.Value {
	shape := op.Dims.Shape()
	count := make([]float64, shape[op.Axis])
	for i := range count {
		count[i] = float64(i)
	}
	v := plan.Value{Type: graph.Type{DType: op.DType, Shape: shape}, Slot: c.numbers(op.DType, count...), Strides: make([]int, len(shape))}
	v.Strides[op.Axis] = 1
	return v
}

// randomGrain is the numbers one thread draws at a time, a multiple of a Philox block.
const randomGrain = 8192

func (c *compiler) random(op graph.Random) plan.Value {
	out := c.Temp(graph.Type{DType: op.DType, Shape: op.Dims.Shape()})
	o, p, stream := c.Ref(out), c.Program, op.Stream
	do := func(lo, hi int) { philoxFill64(plan.Data[float64](o)[lo:hi], op.Dist, p.Seed, stream, uint64(lo)) }
	if op.DType == graph.Float32 {
		fill := kernel.Uniform
		if op.Dist == graph.Normal {
			fill = kernel.Normal
		}
		do = func(lo, hi int) { fill(o.F32()[lo:hi], p.Seed, stream, uint64(lo)) }
	}
	c.Emit(op.String(), p.Spread(o.N, randomGrain, do), []plan.Value{out}, nil)
	return out
}

func philoxFill64(dst []float64, dist graph.Distribution, key, stream, offset uint64) {
	numbers := philox.Uniforms64
	if dist == graph.Normal {
		numbers = philox.Normals64
	}
	for i := 0; i < len(dst); i += 2 {
		two := numbers(philox.Block(key, stream, (offset+uint64(i))/2))
		copy(dst[i:], two[:])
	}
}

// view sets the value of n if that is another view of its operand.
func (s *scope) view(n *graph.Node) bool {
	switch op := n.Op.(type) {
	case graph.StopGradient:
		s.set(n, s.value(n.In[0]))
	case graph.Reshape:
		s.set(n, s.c.reshape(s.value(n.In[0]), n.Shape))
	case graph.Broadcast:
		s.set(n, s.value(n.In[0]).Broadcast(n.Shape))
	case graph.Transpose:
		s.set(n, s.value(n.In[0]).Transpose(op.Perm.At[:op.Perm.Rank]))
	case graph.Slice:
		s.set(n, s.value(n.In[0]).Slice(op.Start.At[:], op.Step.At[:], n.Shape))
	case graph.Reverse:
		s.set(n, s.value(n.In[0]).Reverse(op.Axes))
	default:
		return false
	}
	return true
}

func (c *compiler) reshape(v plan.Value, to graph.Shape) plan.Value {
	if w, ok := v.Reshape(to); ok {
		return w
	}
	v = c.dense(v)
	return plan.Value{Type: graph.Type{DType: v.DType, Shape: to}, Slot: v.Slot, Offset: v.Offset, Strides: plan.RowMajor(to)}
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
