package cpu

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// A value is how an array lies in memory: a strided view of a slot. Reshaping, slicing,
// transposing and repeating only make another view.
type value struct {
	graph.Type
	slot    int
	off     int   // of the first element, in elements
	strides []int // in elements; 0 repeats
	constant
}

// constant is what is known of a value before the run.
type constant struct {
	known  bool
	number float64 // of every element
}

// cleared reports whether every element is known to be the 0 whose bits are.
func (c constant) cleared() bool { return c.known && c.number == 0 && !math.Signbit(c.number) }

// whole is a dense value of type t that fills slot.
func whole(t graph.Type, slot int) value {
	return value{Type: t, slot: slot, strides: rowMajor(t.Shape)}
}

func rowMajor(s graph.Shape) []int {
	st := make([]int, len(s))
	n := 1
	for i := len(s) - 1; i >= 0; i-- {
		st[i] = n
		n *= s[i]
	}
	return st
}

// dense reports whether v's elements lie one after the other.
func (v value) dense() bool {
	n := 1
	for i := len(v.Shape) - 1; i >= 0; i-- {
		if v.Shape[i] != 1 && v.strides[i] != n {
			return v.Shape.Size() == 0
		}
		n *= v.Shape[i]
	}
	return true
}

// single reports whether all elements are one element in memory.
func (v value) single() bool {
	for i, d := range v.Shape {
		if d != 1 && v.strides[i] != 0 {
			return false
		}
	}
	return true
}

// once is v without its repetitions: axes along which it repeats have extent 1.
func (v value) once() value {
	w := v
	w.Shape, w.constant = v.Shape.Clone(), constant{}
	for i := range w.Shape {
		if v.strides[i] == 0 && w.Shape[i] > 1 {
			w.Shape[i] = 1
		}
	}
	return w
}

// lessRepeated is v without its longest repetition: neighbouring axes along which it repeats
// have extent 1.
func (v value) lessRepeated() value {
	w, longest := v, 1
	for lo := 0; lo < len(v.Shape); {
		hi, n := lo, 1
		for ; hi < len(v.Shape) && (v.strides[hi] == 0 || v.Shape[hi] == 1); hi++ {
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

// axes is v's extents and strides with extents of 1 left out and neighbours that lie
// evenly in memory joined.
func (v value) axes() (shape, strides []int) {
	for i, d := range v.Shape {
		if d == 1 {
			continue
		}
		if n := len(shape); n > 0 && strides[n-1] == d*v.strides[i] {
			shape[n-1] *= d
			strides[n-1] = v.strides[i]
			continue
		}
		shape, strides = append(shape, d), append(strides, v.strides[i])
	}
	return shape, strides
}

// reshape returns v in another shape, if that needs no copy.
func (v value) reshape(to graph.Shape) (value, bool) {
	w := v
	w.Shape, w.strides = to, make([]int, len(to))
	if v.known || v.Shape.Size() == 0 {
		return w, true
	}
	shape, strides := v.axes()
	for i, j := len(to)-1, len(shape)-1; i >= 0; i-- {
		if to[i] == 1 {
			continue
		}
		if j < 0 || shape[j]%to[i] != 0 {
			return value{}, false
		}
		w.strides[i] = strides[j]
		strides[j] *= to[i]
		if shape[j] /= to[i]; shape[j] == 1 {
			j--
		}
	}
	return w, true
}

func (v value) broadcast(to graph.Shape) value {
	w := v
	w.Shape, w.strides = to, slices.Clone(v.strides)
	for i, d := range to {
		if v.Shape[i] != d {
			w.strides[i] = 0
		}
	}
	return w
}

func (v value) transpose(perm []int) value {
	w := v
	w.Shape, w.strides = make(graph.Shape, len(perm)), make([]int, len(perm))
	for i, a := range perm {
		w.Shape[i], w.strides[i] = v.Shape[a], v.strides[a]
	}
	return w
}

// slice returns elements start, start+step, … of each axis, shape many.
func (v value) slice(start, step []int, shape graph.Shape) value {
	w := v
	w.Shape, w.strides = shape, slices.Clone(v.strides)
	for i := range shape {
		w.off += start[i] * v.strides[i]
		w.strides[i] *= step[i]
	}
	if shape.Size() == 0 {
		w.off = v.off
	}
	return w
}

func (v value) reverse(axes uint32) value {
	w := v
	w.strides = slices.Clone(v.strides)
	for i, d := range v.Shape {
		if axes>>i&1 != 0 && d > 0 {
			w.off += (d - 1) * v.strides[i]
			w.strides[i] = -w.strides[i]
		}
	}
	return w
}
