package ref

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/internal/scalar"
	"github.com/rhyton/rhyton/tensor"
)

// A value is an array in the widest type of its kind: f for float types, i for the others, where
// a bool is 0 or 1. Between operations its elements are representable in its DType.
type value struct {
	graph.Type
	f []float64
	i []int64
}

func newValue(t graph.Type) value {
	if t.DType.IsFloat() {
		return value{Type: t, f: make([]float64, t.Shape.Size())}
	}
	return value{Type: t, i: make([]int64, t.Shape.Size())}
}

// set sets element k to x, without rounding.
func (v value) set(k int, x float64) {
	if v.f != nil {
		v.f[k] = x
	} else {
		v.i[k] = scalar.ToInt(v.DType, x)
	}
}

// rounded rounds each element to the value's type, in place: floats to nearest (half floats via
// float32), integers modulo their range.
func (v value) rounded() value {
	for k, x := range v.f {
		v.f[k] = roundFloat(v.DType, x)
	}
	for k, x := range v.i {
		v.i[k] = scalar.Wrap(v.DType, x)
	}
	return v
}

func roundFloat(d graph.DType, x float64) float64 {
	switch d {
	case graph.Float32:
		return float64(float32(x))
	case graph.BFloat16:
		return float64(half.FromBFloat16(half.ToBFloat16(float32(x))))
	case graph.Float16:
		return float64(half.FromFloat16(half.ToFloat16(float32(x))))
	}
	return x
}

// fromTensor converts t to a value.
func fromTensor(t *tensor.Tensor) value {
	v := newValue(graph.Type{DType: t.DType(), Shape: t.Shape()})
	switch d := t.Data().(type) {
	case []bool:
		widen(v.i, d, scalar.Bit)
	case []uint8:
		widen(v.i, d, func(x uint8) int64 { return int64(x) })
	case []int32:
		widen(v.i, d, func(x int32) int64 { return int64(x) })
	case []int64:
		copy(v.i, d)
	case []uint16:
		from := half.FromBFloat16
		if v.DType == graph.Float16 {
			from = half.FromFloat16
		}
		widen(v.f, d, func(x uint16) float64 { return float64(from(x)) })
	case []float32:
		widen(v.f, d, func(x float32) float64 { return float64(x) })
	case []float64:
		copy(v.f, d)
	}
	return v
}

// into stores v in t, which has the same type.
func (v value) into(t *tensor.Tensor) {
	switch d := t.Data().(type) {
	case []bool:
		widen(d, v.i, func(x int64) bool { return x != 0 })
	case []uint8:
		widen(d, v.i, func(x int64) uint8 { return uint8(x) })
	case []int32:
		widen(d, v.i, func(x int64) int32 { return int32(x) })
	case []int64:
		copy(d, v.i)
	case []uint16:
		to := half.ToBFloat16
		if v.DType == graph.Float16 {
			to = half.ToFloat16
		}
		widen(d, v.f, func(x float64) uint16 { return to(float32(x)) })
	case []float32:
		widen(d, v.f, func(x float64) float32 { return float32(x) })
	case []float64:
		copy(d, v.f)
	}
}

func widen[T, S any](dst []T, src []S, f func(S) T) {
	for k, x := range src {
		dst[k] = f(x)
	}
}
