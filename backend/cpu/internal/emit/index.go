package emit

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
)

func (c *compiler) gather(x, idx plan.Value, t graph.Type) plan.Value {
	x, idx = c.dense(x), c.dense(c.cast(idx, graph.Int64))
	out := c.Temp(t)
	rows, width := x.Shape[0], x.Shape[1:].Size()*t.DType.Size()
	o, a, ix := c.Ref(out), c.Ref(x), c.Ref(idx)
	run := c.Program.Spread(ix.N, max(1, 4*copyGrain/max(1, width)), func(lo, hi int) {
		dst, src := storage.Bytes(o.Pointer(), o.N*t.DType.Size()), storage.Bytes(a.Pointer(), a.N*t.DType.Size())
		for k, row := range plan.Data[int64](ix)[lo:hi] {
			at := int(min(max(row, 0), int64(rows-1))) * width
			copy(dst[(lo+k)*width:(lo+k+1)*width], src[at:at+width])
		}
	})
	if w := c.TableAt(x.Slot); w != nil {
		copied, p := run, c.Program
		run = func() {
			w.Buffer.CatchUp(p.Threads, plan.Data[int64](ix))
			copied()
		}
	}
	c.Emit("gather "+x.Type.String(), run, []plan.Value{out}, []plan.Value{x, idx})
	return out
}

// scatter emits x with the rows up combined by fn into its rows idx.
func (c *compiler) scatter(fn graph.Fn, x, idx, up plan.Value) plan.Value {
	idx, up = c.dense(c.cast(idx, graph.Int64)), c.dense(up)
	out := c.Temp(x.Type)
	zeros := x.Cleared()
	if !zeros {
		c.copy(out, x)
	}
	s := scattering{out: c.Ref(out), idx: c.Ref(idx), up: c.Ref(up), rows: x.Shape[0], width: x.Shape[1:].Size()}
	do := s.rowsBy(fn, x.DType)
	reads := []plan.Value{idx, up}
	if add := do; zeros { // where they are added to
		bytes := s.width * x.DType.Size()
		do = func(lo, hi int) {
			clear(storage.Bytes(unsafe.Add(s.out.Pointer(), lo*bytes), (hi-lo)*bytes))
			add(lo, hi)
		}
	} else {
		reads = append(reads, out)
	}
	grain := s.rows
	if s.up.N > scatterGrain {
		grain = max(1, (s.rows+scatterParts-1)/scatterParts)
	}
	c.Emit("scatter_"+fn.String()+" "+x.Type.String(), c.Program.Spread(s.rows, max(1, grain), do), []plan.Value{out}, reads)
	return out
}

// rowsBy returns a function that applies the updates of rows [lo, hi).
func (s scattering) rowsBy(fn graph.Fn, d graph.DType) func(lo, hi int) {
	switch d {
	case graph.Bool, graph.Uint8:
		return scatterLoop(s, binaryInt[uint8](fn))
	case graph.Int32:
		return scatterLoop(s, binaryInt[int32](fn))
	case graph.Int64:
		return scatterLoop(s, binaryInt[int64](fn))
	case graph.Float64:
		return scatterLoop(s, binaryFloat[float64](fn))
	}
	switch op, ok := binaryOps[fn]; {
	case fn == graph.Add:
		return func(lo, hi int) { kernel.ScatterAdd(s.out.F32(), s.up.F32(), plan.Data[int64](s.idx), lo, hi, s.width) }
	case ok && s.width >= 8:
		return scatterRows(s, op)
	}
	return scatterLoop(s, binaryFloat[float32](fn))
}

// clampIndex emits indices brought into range.
func (c *compiler) clampIndex(op native.ClampIndex, idx plan.Value, t graph.Type) plan.Value {
	if idx.DType == graph.Int32 {
		return clampIndexOf[int32](c, op, c.dense(idx), t)
	}
	return clampIndexOf[int64](c, op, c.dense(c.cast(idx, graph.Int64)), t)
}

func clampIndexOf[T int32 | int64](c *compiler, op native.ClampIndex, idx plan.Value, t graph.Type) plan.Value {
	out := c.Temp(t)
	o, x, rows := c.Ref(out), c.Ref(idx), int64(op.Rows)
	c.Emit(op.String()+" "+idx.Type.String(), c.Program.Spread(o.N, mapGrain, func(lo, hi int) {
		to := plan.Data[int64](o)[lo:hi]
		for i, at := range plan.Data[T](x)[lo:hi] {
			row := int64(at)
			if row < 0 {
				row += rows
			}
			to[i] = min(max(row, 0), rows-1)
		}
	}), []plan.Value{out}, []plan.Value{idx})
	return out
}

// A large scatter is split by rows: every part scans all indices for its own rows, so that
// the updates of a row keep their order.
const (
	scatterGrain = 65536
	scatterParts = 8
)

type scattering struct {
	out, idx, up *plan.Ref
	rows, width  int
}

func scatterLoop[T number](s scattering, f func(a, b T) T) func(lo, hi int) {
	return func(lo, hi int) {
		out, up := plan.Data[T](s.out), plan.Data[T](s.up)
		for k, row := range plan.Data[int64](s.idx) {
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
		out, up := s.out.F32(), s.up.F32()
		for k, row := range plan.Data[int64](s.idx) {
			if row >= int64(lo) && row < int64(hi) {
				dst := out[int(row)*w : (int(row)+1)*w]
				kernel.Binary(op, dst, dst, up[k*w:(k+1)*w])
			}
		}
	}
}
