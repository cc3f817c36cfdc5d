package tensor

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/half"
)

type number interface {
	uint8 | int32 | int64 | float32 | float64
}

// Convert returns t converted to dtype, or t itself if it has that type already. Numbers are
// rounded to the nearest float; floats are truncated to integers, as by NumPy's astype. true is
// 1, and a number is true unless it is 0. A value that the new type can't represent (300 as
// uint8, NaN as int32, text as a number) is an error in [Tensor.Err].
func (t *Tensor) Convert(dtype DType) *Tensor {
	if t.Err() != nil || t.dtype == dtype {
		return t
	}
	data, err := convert(t, dtype)
	if err != nil {
		return broken(dtype, fmt.Errorf("tensor: %v array to %v: %w", t.dtype, dtype, err))
	}
	return &Tensor{dtype: dtype, shape: t.shape.Clone(), data: data}
}

// As returns t's elements as a []T: t's own slice if it has that type, otherwise a copy converted
// by the rules of [Tensor.Convert].
func As[T Element](t *Tensor) ([]T, error) {
	c := t.Convert(dtypeOf[T]())
	if c.Err() != nil {
		return nil, c.Err()
	}
	return c.data.([]T), nil
}

func convert(t *Tensor, to DType) (any, error) {
	if t.dtype == String || to == String {
		return nil, fmt.Errorf("text can't be converted to or from numbers; look it up in a vocabulary")
	}
	switch to {
	case Bool:
		return truths(t)
	case Uint8:
		return cast[uint8](t)
	case Int32:
		return cast[int32](t)
	case Int64:
		return cast[int64](t)
	case Float32:
		return cast[float32](t)
	case Float64:
		return cast[float64](t)
	case BFloat16:
		return halves(t, half.ToBFloat16)
	case Float16:
		return halves(t, half.ToFloat16)
	}
	return nil, fmt.Errorf("no such type")
}

func cast[D number](t *Tensor) ([]D, error) {
	switch s := t.data.(type) {
	case []bool:
		out := make([]D, len(s))
		for i, v := range s {
			if v {
				out[i] = 1
			}
		}
		return out, nil
	case []uint16:
		widen := half.FromFloat16
		if t.dtype == BFloat16 {
			widen = half.FromBFloat16
		}
		wide := make([]float32, len(s))
		for i, v := range s {
			wide[i] = widen(v)
		}
		return castSlice[D](wide)
	case []uint8:
		return castSlice[D](s)
	case []int32:
		return castSlice[D](s)
	case []int64:
		return castSlice[D](s)
	case []float64:
		return castSlice[D](s)
	}
	return castSlice[D](t.data.([]float32))
}

func castSlice[D, S number](src []S) ([]D, error) {
	if same, ok := any(src).([]D); ok {
		return same, nil
	}
	out := make([]D, len(src))
	if D(1)/2 == 0 { // D is an integer type and may not hold the value
		above, below := room[D]()
		for i, v := range src {
			if f := float64(v); !(f > above && f < below) {
				return nil, fmt.Errorf("element %d: %v does not fit", i, v)
			}
			out[i] = D(v)
		}
		return out, nil
	}
	for i, v := range src {
		out[i] = D(v)
	}
	return out, nil
}

// room returns the nearest floats outside D's range after truncation.
func room[D number]() (above, below float64) {
	var z D
	switch any(z).(type) {
	case uint8:
		return -1, 1 << 8
	case int32:
		return -1<<31 - 1, 1 << 31
	}
	return math.Nextafter(-1<<63, math.Inf(-1)), 1 << 63
}

func halves(t *Tensor, narrow func(float32) uint16) ([]uint16, error) {
	wide, err := cast[float64](t)
	if err != nil {
		return nil, err
	}
	out := make([]uint16, len(wide))
	for i, v := range wide {
		out[i] = narrow(roundOdd(v))
	}
	return out, nil
}

func truths(t *Tensor) ([]bool, error) {
	wide, err := cast[float64](t)
	if err != nil {
		return nil, err
	}
	out := make([]bool, len(wide))
	for i, v := range wide {
		out[i] = v != 0
	}
	return out, nil
}
