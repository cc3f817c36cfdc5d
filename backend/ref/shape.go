package ref

import "github.com/rhyton/rhyton/graph"

// each calls f for every position in a shape, in row-major order.
func each(s graph.Shape, f func(k int, pos []int)) {
	pos := make([]int, len(s))
	for k := range s.Size() {
		f(k, pos)
		for a := len(s) - 1; a >= 0; a-- {
			if pos[a]++; pos[a] < s[a] {
				break
			}
			pos[a] = 0
		}
	}
}

// offset returns the row-major index of pos in a shape.
func offset(s graph.Shape, pos []int) (k int) {
	for a, p := range pos {
		k = k*s[a] + p
	}
	return k
}

// take returns a value of type t whose element at pos is that of x at from(pos).
func take(t graph.Type, x value, from func(pos, src []int)) value {
	v := newValue(t)
	src := make([]int, len(x.Shape))
	each(t.Shape, func(k int, pos []int) {
		from(pos, src)
		if j := offset(x.Shape, src); v.f != nil {
			v.f[k] = x.f[j]
		} else {
			v.i[k] = x.i[j]
		}
	})
	return v
}

// put is the inverse of take: element pos of x is stored at to(pos) in v.
func put(v, x value, to func(pos, dst []int)) {
	dst := make([]int, len(v.Shape))
	each(x.Shape, func(k int, pos []int) {
		to(pos, dst)
		if j := offset(v.Shape, dst); v.f != nil {
			v.f[j] = x.f[k]
		} else {
			v.i[j] = x.i[k]
		}
	})
}

// rearrange computes the operations that only move elements.
func rearrange(op graph.Op, t graph.Type, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Broadcast:
		return take(t, in[0], func(pos, src []int) {
			for a, p := range pos {
				src[a] = min(p, in[0].Shape[a]-1)
			}
		}), true
	case graph.Reshape:
		return value{Type: t, f: in[0].f, i: in[0].i}, true
	case graph.Transpose:
		return take(t, in[0], func(pos, src []int) {
			for a, p := range pos {
				src[op.Perm.At[a]] = p
			}
		}), true
	case graph.Slice:
		return take(t, in[0], func(pos, src []int) {
			for a, p := range pos {
				src[a] = op.Start.At[a] + p*op.Step.At[a]
			}
		}), true
	case graph.Reverse:
		return take(t, in[0], func(pos, src []int) {
			for a, p := range pos {
				if src[a] = p; op.Axes>>a&1 != 0 {
					src[a] = t.Shape[a] - 1 - p
				}
			}
		}), true
	case graph.Pad:
		return pad(op, t, in[0]), true
	case graph.Concat:
		return concat(op, t, in), true
	}
	return value{}, false
}

func pad(op graph.Pad, t graph.Type, x value) value {
	v := constant(t, op.Value)
	put(v, x, func(pos, dst []int) {
		for a, p := range pos {
			dst[a] = op.Low.At[a] + p*(op.Interior.At[a]+1)
		}
	})
	return v
}

func concat(op graph.Concat, t graph.Type, in []value) value {
	v := newValue(t)
	at := 0
	for _, x := range in {
		put(v, x, func(pos, dst []int) {
			copy(dst, pos)
			dst[op.Axis] += at
		})
		at += x.Shape[op.Axis]
	}
	return v
}
