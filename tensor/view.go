package tensor

import (
	"fmt"
	"slices"
)

// Rows returns t[lo:hi] along the first axis, sharing t's elements.
func (t *Tensor) Rows(lo, hi int) *Tensor {
	if t.Err() != nil {
		return t
	}
	if len(t.shape) == 0 || lo < 0 || hi < lo || hi > t.shape[0] {
		return broken(t.dtype, fmt.Errorf("tensor: rows %d to %d of an array of shape %v", lo, hi, t.shape))
	}
	s := t.shape.Clone()
	s[0] = hi - lo
	w := t.rowLen()
	return &Tensor{dtype: t.dtype, shape: s, data: part(t.data, lo*w, hi*w), view: true}
}

// RowsInto is t.Rows(lo, hi), but reuses old if it is such a view itself. Iterating over batches
// of rows this way allocates almost nothing.
func RowsInto(old, t *Tensor, lo, hi int) *Tensor {
	n := len(t.shape)
	if old == nil || old == t || !old.view || t.Err() != nil || len(old.shape) != n || n == 0 || lo < 0 || hi < lo || hi > t.shape[0] {
		return t.Rows(lo, hi)
	}
	copy(old.shape, t.shape)
	old.shape[0] = hi - lo
	w := t.rowLen()
	old.dtype, old.data = t.dtype, part(t.data, lo*w, hi*w)
	return old
}

// Row returns t[i], of one rank less. It shares t's elements.
func (t *Tensor) Row(i int) *Tensor {
	r := t.Rows(i, i+1)
	if r.Err() == nil {
		r.shape = r.shape[1:]
	}
	return r
}

// Reshape returns t's elements, shared, in another shape. One extent may be -1; it is inferred
// from the others.
func (t *Tensor) Reshape(shape ...int) *Tensor {
	if t.Err() != nil {
		return t
	}
	s := append(Shape{}, shape...)
	if i := slices.Index(s, -1); i >= 0 {
		s[i] = 1
		if rest := s.Size(); s.Check() == nil && rest > 0 {
			s[i] = t.Len() / rest
		}
	}
	r := of(t.dtype, t.data, t.Len(), s)
	r.view = true
	if r.Err() != nil {
		return broken(t.dtype, fmt.Errorf("tensor: shape %v has %d elements, which %v can't hold", t.shape, t.Len(), Shape(shape)))
	}
	return r
}

// Clone returns a copy of t with elements of its own.
func (t *Tensor) Clone() *Tensor {
	if t.Err() != nil {
		return t
	}
	c := &Tensor{dtype: t.dtype, shape: t.shape.Clone(), data: alloc(t.dtype, t.Len())}
	put(c.data, 0, t.data, 0, t.Len())
	return c
}

// At returns the element at the given index, one number per axis; a bool is 0 or 1.
func (t *Tensor) At(index ...int) (float64, error) {
	if t.Err() != nil {
		return 0, t.Err()
	}
	if len(index) != len(t.shape) {
		return 0, fmt.Errorf("tensor: index %v has %d numbers, an array of shape %v needs %d", index, len(index), t.shape, len(t.shape))
	}
	at := 0
	for a, i := range index {
		if i < 0 || i >= t.shape[a] {
			return 0, fmt.Errorf("tensor: index %v is outside an array of shape %v", index, t.shape)
		}
		at = at*t.shape[a] + i
	}
	one := &Tensor{dtype: t.dtype, shape: Shape{1}, data: part(t.data, at, at+1)}
	v, err := As[float64](one)
	if err != nil {
		return 0, err
	}
	return v[0], nil
}

// rowLen returns the elements of one index of the first axis.
func (t *Tensor) rowLen() int { return t.shape[1:].Size() }

func part(data any, lo, hi int) any {
	switch d := data.(type) {
	case []bool:
		return d[lo:hi:hi]
	case []uint8:
		return d[lo:hi:hi]
	case []int32:
		return d[lo:hi:hi]
	case []int64:
		return d[lo:hi:hi]
	case []uint16:
		return d[lo:hi:hi]
	case []float64:
		return d[lo:hi:hi]
	case []string:
		return d[lo:hi:hi]
	}
	return data.([]float32)[lo:hi:hi]
}

// put copies n elements of src from position from to dst at position at.
func put(dst any, at int, src any, from, n int) {
	switch d := dst.(type) {
	case []bool:
		copy(d[at:at+n], src.([]bool)[from:])
	case []uint8:
		copy(d[at:at+n], src.([]uint8)[from:])
	case []int32:
		copy(d[at:at+n], src.([]int32)[from:])
	case []int64:
		copy(d[at:at+n], src.([]int64)[from:])
	case []uint16:
		copy(d[at:at+n], src.([]uint16)[from:])
	case []float32:
		copy(d[at:at+n], src.([]float32)[from:])
	case []float64:
		copy(d[at:at+n], src.([]float64)[from:])
	case []string:
		copy(d[at:at+n], src.([]string)[from:])
	}
}
