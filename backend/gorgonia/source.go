package gorgonia

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/philox"
	"github.com/rhyton/rhyton/tensor"
)

func constant(t *tensor.Tensor) *value {
	s := sliceOf(t)
	return &value{Type: graph.Type{DType: t.DType(), Shape: t.Shape()}, from: func(*run) any { return s }}
}

func filled(t graph.Type, x float64) *tensor.Tensor {
	y := tensor.New(t.DType, t.Shape...)
	switch d := y.Data().(type) {
	case []bool:
		fill(d, number[uint8](t.DType, x) != 0)
	case []uint8:
		fill(d, number[uint8](t.DType, x))
	case []int32:
		fill(d, number[int32](t.DType, x))
	case []int64:
		fill(d, number[int64](t.DType, x))
	case []float32:
		fill(d, float32(x))
	case []float64:
		fill(d, x)
	}
	return y
}

func fill[T any](to []T, x T) {
	for i := range to {
		to[i] = x
	}
}

// count computes an Iota.
func count(op graph.Iota) *tensor.Tensor {
	s := op.Dims.Shape()
	y := tensor.New(op.DType, s...)
	width := s[op.Axis+1:].Size()
	for k := range y.Len() {
		i := k / width % s[op.Axis]
		switch d := y.Data().(type) {
		case []uint8:
			d[k] = uint8(min(i, 255))
		case []int32:
			d[k] = int32(i)
		case []int64:
			d[k] = int64(i)
		case []float32:
			d[k] = float32(i)
		case []float64:
			d[k] = float64(i)
		}
	}
	return y
}

// draw draws from Philox with the seed as key. float32 element i is word i%4 of block i/4;
// float64 element i is pair i%2 of block i/2.
func draw(op graph.Random, seed uint64) any {
	n := op.Dims.Shape().Size()
	if op.DType == graph.Float64 {
		pair := philox.Uniforms64
		if op.Dist == graph.Normal {
			pair = philox.Normals64
		}
		y := make([]float64, n)
		for k := 0; k < n; k += 2 {
			w := pair(philox.Block(seed, op.Stream, uint64(k/2)))
			copy(y[k:], w[:])
		}
		return y
	}
	y := make([]float32, n)
	for k := 0; k < n; k += 4 {
		w := philox.Block(seed, op.Stream, uint64(k/4))
		four := philox.Normals(w)
		if op.Dist == graph.Uniform {
			for i, bits := range w {
				four[i] = philox.Uniform(bits)
			}
		}
		copy(y[k:], four[:])
	}
	return y
}
