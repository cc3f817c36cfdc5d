package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// sliceOf returns the elements of t as Gorgonia stores them: t's own memory, except for bools.
func sliceOf(t *tensor.Tensor) any {
	b, ok := t.Data().([]bool)
	if !ok {
		return t.Data()
	}
	bytes := make([]uint8, len(b))
	for i, x := range b {
		if x {
			bytes[i] = 1
		}
	}
	return bytes
}

// store copies a slice of the same kind as sliceOf returns to t.
func store(t *tensor.Tensor, from any) {
	switch d := t.Data().(type) {
	case []bool:
		for i, x := range from.([]uint8) {
			d[i] = x != 0
		}
	case []uint8:
		copy(d, from.([]uint8))
	case []int32:
		copy(d, from.([]int32))
	case []int64:
		copy(d, from.([]int64))
	case []float32:
		copy(d, from.([]float32))
	case []float64:
		copy(d, from.([]float64))
	}
}

// newSlice allocates a slice for a value of type t.
func newSlice(t graph.Type) any {
	n := t.Shape.Size()
	switch t.DType {
	case graph.Bool, graph.Uint8:
		return make([]uint8, n)
	case graph.Int32:
		return make([]int32, n)
	case graph.Int64:
		return make([]int64, n)
	case graph.Float32:
		return make([]float32, n)
	}
	return make([]float64, n)
}

// cloned returns a copy of a slice.
func cloned(s any) any {
	switch s := s.(type) {
	case []uint8:
		return append([]uint8{}, s...)
	case []int32:
		return append([]int32{}, s...)
	case []int64:
		return append([]int64{}, s...)
	case []float32:
		return append([]float32{}, s...)
	}
	return append([]float64{}, s.([]float64)...)
}
