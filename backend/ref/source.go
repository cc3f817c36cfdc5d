package ref

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/philox"
)

func constant(t graph.Type, x float64) value {
	v := newValue(t)
	for k := range t.Shape.Size() {
		v.set(k, x)
	}
	return v.rounded()
}

func count(op graph.Iota, t graph.Type) value {
	v := newValue(t)
	each(t.Shape, func(k int, pos []int) { v.set(k, float64(pos[op.Axis])) })
	return v.rounded()
}

// random draws from Philox with the seed as key. float32 element i is word i%4 of block i/4;
// float64 element i is pair i%2 of block i/2.
func random(op graph.Random, seed uint64) value {
	v := newValue(graph.Type{DType: op.DType, Shape: op.Dims.Shape()})
	for k := 0; k < len(v.f); {
		k += draw(op, seed, uint64(k), v.f[k:])
	}
	return v
}

// draw stores in to the elements of one block, from element k on.
func draw(op graph.Random, seed, k uint64, to []float64) int {
	var xs []float64
	if op.DType == graph.Float64 {
		pair := philox.Uniforms64
		if op.Dist == graph.Normal {
			pair = philox.Normals64
		}
		w := pair(philox.Block(seed, op.Stream, k/2))
		return copy(to, w[:])
	}
	w := philox.Block(seed, op.Stream, k/4)
	normals := philox.Normals(w)
	for i, bits := range w {
		if op.Dist == graph.Normal {
			xs = append(xs, float64(normals[i]))
		} else {
			xs = append(xs, float64(philox.Uniform(bits)))
		}
	}
	return copy(to, xs)
}
