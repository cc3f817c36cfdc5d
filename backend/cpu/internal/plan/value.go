package plan

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

func bytesOf(t graph.Type) int { return t.Shape.Size() * t.DType.Size() }

// A Value is how an array lies in memory: a strided view of a slot. Reshaping, slicing,
// transposing and repeating only make another view.
type Value struct {
	graph.Type
	Slot    int
	Offset  int   // of the first element, in elements
	Strides []int // in elements; 0 repeats
	Constant
}

// Constant is what is known of a value before the run.
type Constant struct {
	Known  bool
	Number float64 // of every element
}

// Cleared reports whether every element is known to be the 0 whose bits are.
func (c Constant) Cleared() bool { return c.Known && c.Number == 0 && !math.Signbit(c.Number) }

// Whole is a dense value of type t that fills slot.
func Whole(t graph.Type, slot int) Value {
	return Value{Type: t, Slot: slot, Strides: RowMajor(t.Shape)}
}

// RowMajor is the strides of a dense array of shape s.
func RowMajor(s graph.Shape) []int {
	st := make([]int, len(s))
	n := 1
	for i := len(s) - 1; i >= 0; i-- {
		st[i] = n
		n *= s[i]
	}
	return st
}

// Dense reports whether v's elements lie one after the other.
func (v Value) Dense() bool {
	n := 1
	for i := len(v.Shape) - 1; i >= 0; i-- {
		if v.Shape[i] != 1 && v.Strides[i] != n {
			return v.Shape.Size() == 0
		}
		n *= v.Shape[i]
	}
	return true
}

// Single reports whether all elements are one element in memory.
func (v Value) Single() bool {
	for i, d := range v.Shape {
		if d != 1 && v.Strides[i] != 0 {
			return false
		}
	}
	return true
}

// Once is v without its repetitions: axes along which it repeats have extent 1.
func (v Value) Once() Value {
	w := v
	w.Shape, w.Constant = v.Shape.Clone(), Constant{}
	for i := range w.Shape {
		if v.Strides[i] == 0 && w.Shape[i] > 1 {
			w.Shape[i] = 1
		}
	}
	return w
}

// LessRepeated is v without its longest repetition: neighbouring axes along which it repeats
// have extent 1.
func (v Value) LessRepeated() Value {
	w, longest := v, 1
	for lo := 0; lo < len(v.Shape); {
		hi, n := lo, 1
		for ; hi < len(v.Shape) && (v.Strides[hi] == 0 || v.Shape[hi] == 1); hi++ {
			n *= v.Shape[hi]
		}
		if n > longest {
			w, longest = v, n
			w.Shape = v.Shape.Clone()
			for i := lo; i < hi; i++ {
				w.Shape[i] = 1
			}
		}
		lo = hi + 1
	}
	return w
}

// Axes is v's extents and strides with extents of 1 left out and neighbours that lie
// evenly in memory joined.
func (v Value) Axes() (shape, strides []int) {
	for i, d := range v.Shape {
		if d == 1 {
			continue
		}
		if n := len(shape); n > 0 && strides[n-1] == d*v.Strides[i] {
			shape[n-1] *= d
			strides[n-1] = v.Strides[i]
			continue
		}
		shape, strides = append(shape, d), append(strides, v.Strides[i])
	}
	return shape, strides
}

// Reshape returns v in another shape, if that needs no copy.
func (v Value) Reshape(to graph.Shape) (Value, bool) {
	w := v
	w.Shape, w.Strides = to, make([]int, len(to))
	if v.Known || v.Shape.Size() == 0 {
		return w, true
	}
	shape, strides := v.Axes()
	for i, j := len(to)-1, len(shape)-1; i >= 0; i-- {
		if to[i] == 1 {
			continue
		}
		if j < 0 || shape[j]%to[i] != 0 {
			return Value{}, false
		}
		w.Strides[i] = strides[j]
		strides[j] *= to[i]
		if shape[j] /= to[i]; shape[j] == 1 {
			j--
		}
	}
	return w, true
}

// Broadcast returns v repeated to a shape of the same rank.
func (v Value) Broadcast(to graph.Shape) Value {
	w := v
	w.Shape, w.Strides = to, slices.Clone(v.Strides)
	for i, d := range to {
		if v.Shape[i] != d {
			w.Strides[i] = 0
		}
	}
	return w
}

// Transpose returns v with axis perm[i] as axis i.
func (v Value) Transpose(perm []int) Value {
	w := v
	w.Shape, w.Strides = make(graph.Shape, len(perm)), make([]int, len(perm))
	for i, a := range perm {
		w.Shape[i], w.Strides[i] = v.Shape[a], v.Strides[a]
	}
	return w
}

// Slice returns elements start, start+step, … of each axis, shape many.
func (v Value) Slice(start, step []int, shape graph.Shape) Value {
	w := v
	w.Shape, w.Strides = shape, slices.Clone(v.Strides)
	for i := range shape {
		w.Offset += start[i] * v.Strides[i]
		w.Strides[i] *= step[i]
	}
	if shape.Size() == 0 {
		w.Offset = v.Offset
	}
	return w
}

// Reverse returns v with the axes of the bit set reversed.
func (v Value) Reverse(axes uint32) Value {
	w := v
	w.Strides = slices.Clone(v.Strides)
	for i, d := range v.Shape {
		if axes>>i&1 != 0 && d > 0 {
			w.Offset += (d - 1) * v.Strides[i]
			w.Strides[i] = -w.Strides[i]
		}
	}
	return w
}

// Span is the elements v stands on, without their repetition.
func (c *Builder) Span(v Value) *Ref {
	r := c.Ref(v)
	r.N = 1
	for i, d := range v.Shape {
		if d == 0 {
			r.N = 0
			break
		}
		r.N += (d - 1) * v.Strides[i]
	}
	return r
}
