package backendtest

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/half"
	"github.com/rhyton/rhyton/tensor"
)

var tolerance = map[graph.DType]float64{graph.Float64: 1e-10, graph.Float32: 1e-5, graph.Float16: 2e-3, graph.BFloat16: 1.6e-2}

// differ returns the first difference beyond the tolerance of the type, for sums of the given
// number of terms; relative omits the absolute part.
func differ(got, want *tensor.Tensor, terms int, relative bool) error {
	floor := math.Sqrt(max(1, float64(terms)))
	if relative {
		floor = 1e-9
	}
	return differBy(got, want, tolerance[want.DType()], floor)
}

func differBy(got, want *tensor.Tensor, tol, floor float64) error {
	g, w := numbers(got), numbers(want)
	worst, count := -1, 0
	for i, x := range w {
		if g[i] == x || g[i] != g[i] && x != x {
			continue
		}
		if math.Abs(g[i]-x) <= tol*(math.Abs(x)+floor) && !math.IsInf(x, 0) {
			continue
		}
		if count++; worst < 0 {
			worst = i
		}
	}
	if worst < 0 {
		return nil
	}
	return fmt.Errorf("%v%v: %d of %d elements differ, the first is number %d: got %v, want %v",
		want.DType(), want.Shape(), count, len(w), worst, g[worst], w[worst])
}

// numbers returns the elements of any type; int64 values beyond 2⁵³ lose digits.
func numbers(t *tensor.Tensor) []float64 {
	all := make([]float64, t.Len())
	for i := range all {
		switch d := t.Data().(type) {
		case []bool:
			if d[i] {
				all[i] = 1
			}
		case []uint8:
			all[i] = float64(d[i])
		case []int32:
			all[i] = float64(d[i])
		case []int64:
			all[i] = float64(d[i])
		case []float32:
			all[i] = float64(d[i])
		case []float64:
			all[i] = d[i]
		case []uint16:
			if t.DType() == graph.BFloat16 {
				all[i] = float64(half.FromBFloat16(d[i]))
			} else {
				all[i] = float64(half.FromFloat16(d[i]))
			}
		}
	}
	return all
}
