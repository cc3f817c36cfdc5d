package tensor

import (
	"errors"
	"fmt"
	"math"
)

// Equal reports whether t and u have the same type, shape and elements. NaNs are equal to
// each other, and so are 0 and -0.
func (t *Tensor) Equal(u *Tensor) bool {
	if t.Err() != nil || u.Err() != nil || t.dtype != u.dtype || !t.shape.Equal(u.shape) {
		return false
	}
	switch a := t.data.(type) {
	case []bool:
		return same(a, u.data.([]bool))
	case []uint8:
		return same(a, u.data.([]uint8))
	case []int32:
		return same(a, u.data.([]int32))
	case []int64:
		return same(a, u.data.([]int64))
	case []uint16:
		return same(t.Convert(Float32).data.([]float32), u.Convert(Float32).data.([]float32))
	case []float64:
		return same(a, u.data.([]float64))
	case []string:
		return same(a, u.data.([]string))
	}
	return same(t.data.([]float32), u.data.([]float32))
}

func same[T comparable](a, b []T) bool {
	for i, v := range a {
		if w := b[i]; v != w && (v == v || w == w) {
			return false
		}
	}
	return true
}

// Close returns nil where |got-want| ≤ atol + rtol·|want| for every element, as NumPy's
// allclose with equal NaNs; else an error that names the worst element. The element types
// may differ, the shapes may not.
func Close(got, want *Tensor, rtol, atol float64) error {
	if err := errors.Join(got.Err(), want.Err()); err != nil {
		return err
	}
	if !got.shape.Equal(want.shape) {
		return fmt.Errorf("tensor: shape %v, want %v", got.shape, want.shape)
	}
	a, err := As[float64](got)
	if err != nil {
		return err
	}
	b, err := As[float64](want)
	if err != nil {
		return err
	}
	worst, at, bad := 0.0, -1, 0
	for i := range a {
		if a[i] == b[i] || a[i] != a[i] && b[i] != b[i] {
			continue
		}
		over := math.Abs(a[i]-b[i]) / (atol + rtol*math.Abs(b[i]))
		if over != over || math.IsInf(b[i], 0) {
			over = math.Inf(1)
		}
		if over > 1 {
			bad++
		}
		if over > max(worst, 1) {
			worst, at = over, i
		}
	}
	if at < 0 {
		return nil
	}
	return fmt.Errorf("tensor: %d of %d elements differ; worst at %v: %v, want %v (%.3g times the tolerance)",
		bad, len(a), unravel(at, got.shape), a[at], b[at], worst)
}

// unravel returns the index of the element at a flat position.
func unravel(at int, s Shape) []int {
	index := make([]int, len(s))
	for a := len(s) - 1; a >= 0; a-- {
		index[a], at = at%s[a], at/s[a]
	}
	return index
}
