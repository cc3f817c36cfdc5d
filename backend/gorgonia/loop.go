package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
)

type numeric interface {
	uint8 | int32 | int64 | float32 | float64
}

// loops computes operations on elements of type T that Gorgonia lacks or computes incorrectly.
type loops[T numeric] struct {
	t  graph.Type   // of the result
	in []graph.Type // of the operands
}

// loopOf returns the loop for op, or nil if there is none.
func loopOf(op graph.Op, t graph.Type, in []graph.Type) kernel {
	d := t.DType
	switch op.(type) {
	case graph.Compare, graph.Cast, graph.ArgReduce, graph.ArgSort:
		d = in[0].DType
	}
	switch d {
	case graph.Bool, graph.Uint8:
		return loops[uint8]{t, in}.of(op)
	case graph.Int32:
		return loops[int32]{t, in}.of(op)
	case graph.Int64:
		return loops[int64]{t, in}.of(op)
	case graph.Float32:
		return loops[float32]{t, in}.of(op)
	case graph.Float64:
		return loops[float64]{t, in}.of(op)
	}
	return nil
}

func (l loops[T]) of(op graph.Op) kernel {
	for _, family := range []func(graph.Op) kernel{l.elementwise, l.shape, l.lines, l.index, l.window} {
		if k := family(op); k != nil {
			return k
		}
	}
	return nil
}

// steps returns the row-major strides of a shape.
func steps(s graph.Shape) []int {
	out := make([]int, len(s))
	n := 1
	for a := len(s) - 1; a >= 0; a-- {
		out[a] = n
		n *= s[a]
	}
	return out
}

// rows visits the elements of a shape by rows along the last axis. f receives the index k of the
// row's first element, its offset j elsewhere, the row's length n and the stride by there. The
// offset is base + Σ position·step.
func rows(s graph.Shape, base int, step []int, f func(k, j, n, by int)) {
	if s.Size() == 0 {
		return
	}
	if len(s) == 0 {
		f(0, base, 1, 0)
		return
	}
	last := len(s) - 1
	pos := make([]int, last)
	for k := 0; ; {
		f(k, base, s[last], step[last])
		k += s[last]
		a := last - 1
		for ; a >= 0; a-- {
			base += step[a]
			if pos[a]++; pos[a] < s[a] {
				break
			}
			base -= pos[a] * step[a]
			pos[a] = 0
		}
		if a < 0 {
			return
		}
	}
}
