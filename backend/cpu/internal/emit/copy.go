package emit

import (
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/storage"
	"github.com/rhyton/rhyton/graph"
)

// copyGrain is the elements a thread copies at a time.
const copyGrain = 32768

// copy emits dst = src, of equal types.
func (c *compiler) copy(dst, src plan.Value) {
	if src.Shape.Size() == 0 {
		return
	}
	name := "copy " + src.Shape.String()
	if dst.Dense() && src.Cleared() {
		d, size := c.Ref(dst), src.DType.Size()
		c.Emit("clear "+src.Shape.String(), c.Program.Spread(d.N, copyGrain, func(lo, hi int) {
			clear(storage.Bytes(unsafe.Add(d.Pointer(), lo*size), (hi-lo)*size))
		}), []plan.Value{dst}, nil)
		return
	}
	if dst.Dense() && src.Dense() {
		d, s, size := c.Ref(dst), c.Ref(src), src.DType.Size()
		c.Emit(name, c.Program.Spread(d.N, copyGrain, func(lo, hi int) {
			if to, from := d.Pointer(), s.Pointer(); to != from {
				copy(storage.Bytes(unsafe.Add(to, lo*size), (hi-lo)*size), storage.Bytes(unsafe.Add(from, lo*size), (hi-lo)*size))
			}
		}), []plan.Value{dst}, []plan.Value{src})
		c.MayOverwrite(dst, src)
		return
	}
	var run func()
	switch src.DType.Size() {
	case 1:
		run = stridedCopy[uint8](c, dst, src)
	case 2:
		run = stridedCopy[uint16](c, dst, src)
	case 4:
		run = stridedCopy[uint32](c, dst, src)
	default:
		run = stridedCopy[uint64](c, dst, src)
	}
	c.Emit(name+" strided", run, []plan.Value{dst}, []plan.Value{src})
}

// An odometer walks over the outer axes of a strided copy.
type odometer struct {
	shape, dst, src []int
}

// inCommon returns the axes of a copy; neighbours that are evenly spaced on both sides are merged.
func inCommon(dst, src plan.Value) odometer {
	var o odometer
	for i, d := range src.Shape {
		if d == 1 {
			continue
		}
		if n := len(o.shape); n > 0 && o.dst[n-1] == d*dst.Strides[i] && o.src[n-1] == d*src.Strides[i] {
			o.shape[n-1] *= d
			o.dst[n-1], o.src[n-1] = dst.Strides[i], src.Strides[i]
			continue
		}
		o.shape, o.dst, o.src = append(o.shape, d), append(o.dst, dst.Strides[i]), append(o.src, src.Strides[i])
	}
	for len(o.shape) < 2 {
		o.shape, o.dst, o.src = append([]int{1}, o.shape...), append([]int{0}, o.dst...), append([]int{0}, o.src...)
	}
	return o
}

// offsets returns where number k of the outer axes, all but the last two, begins.
func (o *odometer) offsets(k int) (dst, src int) {
	for i := len(o.shape) - 3; i >= 0; i-- {
		j := k % o.shape[i]
		k /= o.shape[i]
		dst += j * o.dst[i]
		src += j * o.src[i]
	}
	return dst, src
}

// turned reports whether a plane is the transpose of a dense one.
func (o *odometer) turned() bool {
	r := len(o.shape)
	rows, cols := o.shape[r-2], o.shape[r-1]
	return o.dst[r-1] == 1 && o.dst[r-2] == cols && o.src[r-2] == 1 && o.src[r-1] == rows
}

// inPieces reports whether rows are contiguous on both sides and a whole number of float32s,
// each unit elements.
func (o *odometer) inPieces(dst, src plan.Value, unit int) bool {
	r := len(o.shape)
	if o.dst[r-1] != 1 || o.src[r-1] != 1 || o.shape[r-1]%unit != 0 || dst.Offset%unit != 0 || src.Offset%unit != 0 {
		return false
	}
	for i := range r - 1 {
		if o.dst[i] < 0 || o.src[i] < 0 || o.dst[i]%unit != 0 || o.src[i]%unit != 0 {
			return false
		}
	}
	return true
}

// copyRows copies contiguous rows of any type as float32s: n elements are n·times/unit of
// them.
func (c *compiler) copyRows(dst, src plan.Value, o odometer, times, unit int) func() {
	r := len(o.shape)
	d, s := c.Span(dst), c.Span(src)
	d.N, s.N = d.N*times/unit, s.N*times/unit
	for i := range r {
		o.dst[i], o.src[i] = o.dst[i]*times/unit, o.src[i]*times/unit
	}
	b := kernel.Blocks{Blocks: 1, Rows: o.shape[r-2], N: o.shape[r-1] * times / unit, DstRow: o.dst[r-2], SrcRow: o.src[r-2]}
	if r == 2 {
		return c.Program.Spread(b.Rows, max(1, copyGrain/b.N), func(lo, hi int) {
			some := b
			some.Rows = hi - lo
			kernel.CopyBlocks(d.F32()[lo*b.DstRow:], s.F32()[lo*b.SrcRow:], some)
		})
	}
	inner := o.shape[r-3]
	b.DstBlock, b.SrcBlock = o.dst[r-3], o.src[r-3]
	return c.Program.Spread(graph.Shape(o.shape[:r-2]).Size(), max(1, copyGrain/(b.Rows*b.N)), func(lo, hi int) {
		for k := lo; k < hi; {
			some := b
			some.Blocks = min(inner-k%inner, hi-k)
			od, os := o.offsets(k)
			kernel.CopyBlocks(d.F32()[od:], s.F32()[os:], some)
			k += some.Blocks
		}
	})
}

// stridedCopy copies plane by plane.
func stridedCopy[T any](c *compiler, dst, src plan.Value) func() {
	var z T
	size := int(unsafe.Sizeof(z))
	o := inCommon(dst, src)
	if unit := max(1, 4/size); o.inPieces(dst, src, unit) {
		return c.copyRows(dst, src, o, max(1, size/4), unit)
	}
	r := len(o.shape)
	rows, cols := o.shape[r-2], o.shape[r-1]
	planes := graph.Shape(o.shape[:r-2]).Size()
	d, s := c.Ref(dst), c.Ref(src)
	if dst.DType == graph.Float32 && o.turned() {
		return c.Program.Spread(planes, max(1, copyGrain/(rows*cols)), func(lo, hi int) {
			for k := lo; k < hi; k++ {
				od, os := o.offsets(k)
				to, from := unsafe.Add(d.Pointer(), od*4), unsafe.Add(s.Pointer(), os*4)
				kernel.Transpose(unsafe.Slice((*float32)(to), rows*cols), unsafe.Slice((*float32)(from), rows*cols), cols, rows)
			}
		})
	}
	p := plane[T]{cols: cols, dstRow: o.dst[r-2], dstCol: o.dst[r-1], srcRow: o.src[r-2], srcCol: o.src[r-1]}
	rowsOf := func(k, lo, hi int) {
		od, os := o.offsets(k)
		p := p // the threads share it
		p.dst, p.src = unsafe.Add(d.Pointer(), od*size), unsafe.Add(s.Pointer(), os*size)
		p.copy(lo, hi)
	}
	if planes > 1 {
		return c.Program.Spread(planes, max(1, copyGrain/(rows*cols)), func(lo, hi int) {
			for k := lo; k < hi; k++ {
				rowsOf(k, 0, rows)
			}
		})
	}
	return c.Program.Spread(rows, max(copyTile, copyGrain/cols), func(lo, hi int) { rowsOf(0, lo, hi) })
}

// copyTile is the side of the squares in which a plane is transposed.
const copyTile = 16

// longRow is the elements of a row from which filling it by doubling is faster than one
// element at a time.
const longRow = 32

// A plane is the last two axes of a strided copy: rows of cols elements, with the distances
// between rows and columns on both sides.
type plane[T any] struct {
	dst, src       unsafe.Pointer
	cols           int
	dstRow, dstCol int
	srcRow, srcCol int
}

// to is n elements of the destination from row i on, from is those of the source.
func (p *plane[T]) to(i, n int) []T   { return elements[T](p.dst, i*p.dstRow, n) }
func (p *plane[T]) from(i, n int) []T { return elements[T](p.src, i*p.srcRow, n) }

// elements is n elements at some distance from p.
func elements[T any](p unsafe.Pointer, at, n int) []T {
	var z T
	return unsafe.Slice((*T)(unsafe.Add(p, at*int(unsafe.Sizeof(z)))), n)
}

// copy copies rows [lo, hi).
func (p *plane[T]) copy(lo, hi int) {
	switch {
	case p.dstCol == 1 && p.srcCol == 1:
		for i := lo; i < hi; i++ {
			copy(p.to(i, p.cols), p.from(i, p.cols))
		}
	case p.dstCol == 1 && p.srcCol == 0 && p.dstRow == p.cols && p.srcRow == 1 && p.cols < longRow:
		repeatEach(p.to(lo, (hi-lo)*p.cols), p.from(lo, hi-lo), p.cols)
	case p.dstCol == 1 && p.srcCol == 0:
		for i := lo; i < hi; i++ {
			row := p.to(i, p.cols)
			row[0] = p.from(i, 1)[0]
			for n := 1; n < p.cols; n *= 2 { // what is there is doubled
				copy(row[n:], row[:n])
			}
		}
	default:
		p.copySquares(lo, hi)
	}
}

// copySquares copies rows [lo, hi) in squares, element by element.
func (p *plane[T]) copySquares(lo, hi int) {
	var z T
	size := int(unsafe.Sizeof(z))
	for i0 := lo; i0 < hi; i0 += copyTile {
		for j0 := 0; j0 < p.cols; j0 += copyTile {
			for i := i0; i < min(i0+copyTile, hi); i++ {
				d, s := unsafe.Add(p.dst, i*p.dstRow*size), unsafe.Add(p.src, i*p.srcRow*size)
				for j := j0; j < min(j0+copyTile, p.cols); j++ {
					*(*T)(unsafe.Add(d, j*p.dstCol*size)) = *(*T)(unsafe.Add(s, j*p.srcCol*size))
				}
			}
		}
	}
}

// repeatEach sets dst to each element of src n times.
func repeatEach[T any](dst, src []T, n int) {
	if n == 2 {
		for i, x := range src {
			d := dst[2*i : 2*i+2]
			d[0], d[1] = x, x
		}
		return
	}
	for i, x := range src {
		d := dst[i*n : (i+1)*n]
		for j := range d {
			d[j] = x
		}
	}
}

// fill emits dst = x in every element; dst is dense.
func (c *compiler) fill(dst plan.Value, x float64) {
	c.copy(dst, c.constant(dst.Type, x))
}

func (c *compiler) pad(op graph.Pad, x plan.Value, t graph.Type) plan.Value {
	out := c.Temp(t)
	c.fill(out, op.Value)
	step := op.Interior
	for i := range step.Rank {
		step.At[i]++
	}
	c.copy(out.Slice(op.Low.At[:], step.At[:], x.Shape), x)
	return out
}

func (c *compiler) concat(op graph.Concat, in []plan.Value, t graph.Type) plan.Value {
	out := c.Temp(t)
	start, one := make([]int, len(t.Shape)), graph.RepeatDim(len(t.Shape), 1)
	for _, x := range in {
		c.copy(out.Slice(start, one.At[:], x.Shape), x)
		start[op.Axis] += x.Shape[op.Axis]
	}
	return out
}
