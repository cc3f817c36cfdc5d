package cpu

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

func (c *compiler) gather(x, idx value, t graph.Type) value {
	x, idx = c.dense(x), c.dense(c.cast(idx, graph.Int64))
	out := c.temp(t)
	rows, width := x.Shape[0], x.Shape[1:].Size()*t.DType.Size()
	o, a, ix := c.ref(out), c.ref(x), c.ref(idx)
	run := c.p.spread(ix.n, max(1, 4*copyGrain/max(1, width)), func(lo, hi int) {
		dst, src := span(o.pointer(), o.n*t.DType.Size()), span(a.pointer(), a.n*t.DType.Size())
		for k, row := range data[int64](ix)[lo:hi] {
			at := int(min(max(row, 0), int64(rows-1))) * width
			copy(dst[(lo+k)*width:(lo+k+1)*width], src[at:at+width])
		}
	})
	if w := c.tableAt(x.slot); w != nil {
		copied, p := run, c.p
		run = func() {
			if t := w.last.table; t != nil {
				t.catchUp(p.pool, data[int64](ix))
			}
			copied()
		}
	}
	c.emit("gather "+x.Type.String(), run, []value{out}, []value{x, idx})
	return out
}

func (c *compiler) scatter(fn graph.Fn, x, idx, up value) value {
	idx, up = c.dense(c.cast(idx, graph.Int64)), c.dense(up)
	out := c.temp(x.Type)
	zeros := x.cleared()
	if !zeros {
		c.copy(out, x)
	}
	s := scattering{out: c.ref(out), idx: c.ref(idx), up: c.ref(up), rows: x.Shape[0], width: x.Shape[1:].Size()}
	var do func(lo, hi int)
	switch x.DType {
	case graph.Bool, graph.Uint8:
		do = scatterLoop(s, binaryInt[uint8](fn))
	case graph.Int32:
		do = scatterLoop(s, binaryInt[int32](fn))
	case graph.Int64:
		do = scatterLoop(s, binaryInt[int64](fn))
	case graph.Float32:
		do = scatterLoop(s, binaryFloat[float32](fn))
		switch op, ok := binaryOps[fn]; {
		case fn == graph.Add:
			do = func(lo, hi int) { kernel.ScatterAdd(s.out.f32(), s.up.f32(), data[int64](s.idx), lo, hi, s.width) }
		case ok && s.width >= 8:
			do = scatterRows(s, op)
		}
	default:
		do = scatterLoop(s, binaryFloat[float64](fn))
	}
	reads := []value{idx, up}
	if add := do; zeros { // where they are added to
		bytes := s.width * x.DType.Size()
		do = func(lo, hi int) {
			clear(span(unsafe.Add(s.out.pointer(), lo*bytes), (hi-lo)*bytes))
			add(lo, hi)
		}
	} else {
		reads = append(reads, out)
	}
	grain := s.rows
	if s.up.n > scatterGrain {
		grain = max(1, (s.rows+scatterParts-1)/scatterParts)
	}
	c.emit("scatter_"+fn.String()+" "+x.Type.String(), c.p.spread(s.rows, max(1, grain), do), []value{out}, reads)
	return out
}

// places emits where indices lie.
func (c *compiler) places(op place, idx value, t graph.Type) value {
	if idx.DType == graph.Int32 {
		return placed[int32](c, op, c.dense(idx), t)
	}
	return placed[int64](c, op, c.dense(c.cast(idx, graph.Int64)), t)
}

func placed[T int32 | int64](c *compiler, op place, idx value, t graph.Type) value {
	out := c.temp(t)
	o, x, rows := c.ref(out), c.ref(idx), int64(op.rows)
	c.emit(op.String()+" "+idx.Type.String(), c.p.spread(o.n, mapGrain, func(lo, hi int) {
		to := data[int64](o)[lo:hi]
		for i, at := range data[T](x)[lo:hi] {
			row := int64(at)
			if row < 0 {
				row += rows
			}
			to[i] = min(max(row, 0), rows-1)
		}
	}), []value{out}, []value{idx})
	return out
}

// A large scatter is split by rows: every part looks through all indices for its own, so
// that the order of updates of a row is theirs.
const (
	scatterGrain = 65536
	scatterParts = 8
)

type scattering struct {
	out, idx, up *ref
	rows, width  int
}

func scatterLoop[T number](s scattering, f func(a, b T) T) func(lo, hi int) {
	return func(lo, hi int) {
		out, up := data[T](s.out), data[T](s.up)
		for k, row := range data[int64](s.idx) {
			if row < int64(lo) || row >= int64(hi) {
				continue
			}
			dst := out[int(row)*s.width:]
			for j, v := range up[k*s.width : (k+1)*s.width] {
				dst[j] = f(dst[j], v)
			}
		}
	}
}

func scatterRows(s scattering, op kernel.Op) func(lo, hi int) {
	w := s.width
	return func(lo, hi int) {
		out, up := s.out.f32(), s.up.f32()
		for k, row := range data[int64](s.idx) {
			if row >= int64(lo) && row < int64(hi) {
				dst := out[int(row)*w : (int(row)+1)*w]
				kernel.Binary(op, dst, dst, up[k*w:(k+1)*w])
			}
		}
	}
}
