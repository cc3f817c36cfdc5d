package tensor

import "fmt"

// FromRows returns a copy of rows as an array of shape (len(rows), len(rows[0])). If rows have
// different lengths, [Tensor.Err] reports the row.
func FromRows[T Element](rows [][]T) *Tensor {
	if len(rows) == 0 {
		return New(dtypeOf[T](), 0, 0)
	}
	data := make([]T, 0, len(rows)*len(rows[0]))
	for i, r := range rows {
		if len(r) != len(rows[0]) {
			return broken(dtypeOf[T](), fmt.Errorf("tensor: row %d has %d elements, row 0 has %d", i, len(r), len(rows[0])))
		}
		data = append(data, r...)
	}
	return Of(data, len(rows), len(rows[0]))
}

// Concat joins arrays along an axis; a negative axis counts from the last. They must have
// one type and the same extent on every other axis.
func Concat(axis int, ts ...*Tensor) *Tensor {
	if len(ts) == 0 {
		return Broken(fmt.Errorf("tensor: nothing to concatenate"))
	}
	first := ts[0]
	if first.Err() != nil {
		return first
	}
	if axis < 0 {
		axis += first.Rank()
	}
	shape := first.shape.Clone()
	for i, t := range ts {
		if t.Err() != nil {
			return t
		}
		if err := fits(first, t, axis); err != nil {
			return broken(first.dtype, fmt.Errorf("tensor: array %d to concatenate on axis %d: %w", i, axis, err))
		}
		if i > 0 {
			shape[axis] += t.shape[axis]
		}
	}
	out := New(first.dtype, shape...)
	if out.Err() != nil {
		return out
	}
	at, outer := 0, shape[:axis].Size()
	for o := range outer {
		for _, t := range ts {
			n := t.shape[axis:].Size()
			put(out.data, at, t.data, o*n, n)
			at += n
		}
	}
	return out
}

func fits(first, t *Tensor, axis int) error {
	if axis < 0 || axis >= first.Rank() {
		return fmt.Errorf("shape %v has no such axis", first.shape)
	}
	if t.dtype != first.dtype {
		return fmt.Errorf("got %v, but array 0 is %v", t.dtype, first.dtype)
	}
	same := t.Rank() == first.Rank()
	for a := 0; same && a < t.Rank(); a++ {
		same = a == axis || t.shape[a] == first.shape[a]
	}
	if !same {
		return fmt.Errorf("shape %v does not match %v", t.shape, first.shape)
	}
	return nil
}

// Stack joins arrays of one type and shape along a new first axis.
func Stack(ts ...*Tensor) *Tensor {
	rows := make([]*Tensor, len(ts))
	for i, t := range ts {
		if t.Err() != nil {
			return t
		}
		rows[i] = t.Reshape(append(Shape{1}, t.shape...)...)
	}
	return Concat(0, rows...)
}

// Gather copies the given rows of src into dst and returns it, like append: dst's memory is
// reused if it has src's type and is large enough. A new array is made if dst is nil or shares
// its elements with another array, as results of Rows do. A row outside src is an error in
// [Tensor.Err] of the result.
func Gather(dst, src *Tensor, rows []int) *Tensor {
	if src.Err() != nil {
		return src
	}
	if len(src.shape) == 0 {
		return broken(src.dtype, fmt.Errorf("tensor: a scalar has no rows"))
	}
	for _, r := range rows {
		if r < 0 || r >= src.shape[0] {
			return broken(src.dtype, fmt.Errorf("tensor: row %d of an array of shape %v", r, src.shape))
		}
	}
	w := src.rowLen()
	dst = fit(dst, src, len(rows), w)
	gather(dst.data, src.data, rows, w)
	return dst
}

// fit returns dst with n rows like those of src, in dst's own memory if it is large enough.
func fit(dst, src *Tensor, n, w int) *Tensor {
	if dst.Err() != nil || dst.view || dst.dtype != src.dtype || capOf(dst.data) < n*w {
		return New(src.dtype, append(Shape{n}, src.shape[1:]...)...)
	}
	if len(dst.shape) == len(src.shape) && dst.shape[0] == n && dst.shape[1:].Equal(src.shape[1:]) {
		return dst
	}
	dst.shape = append(append(dst.shape[:0], n), src.shape[1:]...)
	dst.data = upTo(dst.data, n*w)
	return dst
}

// Copy copies src into dst and returns it, reusing dst's memory as [Gather] does.
func Copy(dst, src *Tensor) *Tensor {
	if src.Err() != nil {
		return src
	}
	if src.Rank() == 0 {
		return src.Clone()
	}
	dst = fit(dst, src, src.shape[0], src.rowLen())
	put(dst.data, 0, src.data, 0, src.Len())
	return dst
}

// Reuse returns an array of the given type and shape for the caller to fill: t itself if its
// memory is its own and large enough, otherwise a new one. Its elements are unspecified.
func Reuse(t *Tensor, dtype DType, shape ...int) *Tensor {
	s := Shape(shape)
	if s.Check() != nil || t.Err() != nil || t.view || t.dtype != dtype || capOf(t.data) < s.Size() {
		return New(dtype, shape...)
	}
	if !t.shape.Equal(s) {
		t.shape, t.data = append(t.shape[:0], s...), upTo(t.data, s.Size())
	}
	return t
}
