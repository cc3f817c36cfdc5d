package stablehlo

import "github.com/rhyton/rhyton/graph"

// shaped emits the operations that move elements.
func (e *emitter) shaped(op graph.Op, out typ, in []value) (value, bool) {
	x := in[0]
	switch op := op.(type) {
	case graph.Broadcast:
		return e.broadcast(x, out.dims, axes(x.rank())...), true
	case graph.Reshape:
		return e.reshape(x, out.dims), true
	case graph.Transpose:
		return e.transpose(x, op.Perm.Shape()), true
	case graph.Slice:
		if x.rank() == 0 {
			return x, true
		}
		return e.stridedSlice(x, op.Start.Shape(), op.Stop.Shape(), op.Step.Shape()), true
	case graph.Pad:
		if x.rank() == 0 {
			return x, true
		}
		return e.pad(x, e.splat(x.scalar(), op.Value), op.Low.Shape(), op.High.Shape(), op.Interior.Shape()), true
	case graph.Concat:
		return e.concat(op.Axis, in...), true
	case graph.Reverse:
		return e.reverse(x, bits(op.Axes)), true
	}
	return value{}, false
}

// axes returns 0 … n-1.
func axes(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// bits returns the indices of the bits set in mask.
func bits(mask uint32) (out []int) {
	for i := range 32 {
		if mask>>i&1 != 0 {
			out = append(out, i)
		}
	}
	return out
}
