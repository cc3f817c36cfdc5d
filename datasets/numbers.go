package datasets

import "github.com/rhyton/rhyton/tensor"

// numbers calls f for each element of a float or integer array until f returns false.
func numbers(t *tensor.Tensor, f func(i int, v float64) bool) {
	switch d := t.Data().(type) {
	case []float32:
		scan(d, f)
	case []float64:
		scan(d, f)
	case []uint8:
		scan(d, f)
	case []int32:
		scan(d, f)
	case []int64:
		scan(d, f)
	case []uint16:
		wide, _ := tensor.As[float32](t) // half-precision floats can always be widened
		scan(wide, f)
	}
}

type number interface {
	uint8 | int32 | int64 | float32 | float64
}

func scan[T number](d []T, f func(i int, v float64) bool) {
	for i, v := range d {
		if !f(i, float64(v)) {
			return
		}
	}
}
