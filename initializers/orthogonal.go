package initializers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// Orthogonal is Gain (1 if nil) times a random matrix with orthonormal columns, or orthonormal
// rows if it is wider than tall, drawn uniformly (Saxe et al. 2014). A weight of higher rank is
// flattened to a matrix with the last axis as its columns. It is the default of recurrent kernels.
type Orthogonal struct {
	Gain *float64 `keras:"gain" default:"1.0"`
	Seed
}

// Make returns the initial value of a weight, which must have rank 2 or more.
func (i Orthogonal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return build(i, dtype, shape, func(x []float64) error {
		if err := i.CheckShape(shape); err != nil {
			return err
		}
		cols := shape[len(shape)-1]
		rows := shape[:len(shape)-1].Size()
		long, short := max(rows, cols), min(rows, cols)
		q := make([]float64, long*short)
		normal(q, 0, i.key(key), 0, 1)
		orthonormalize(q, long)
		gain := *config.Filled(i).Gain
		for r := range rows {
			for c := range cols {
				if rows >= cols {
					x[r*cols+c] = gain * q[c*long+r]
				} else {
					x[r*cols+c] = gain * q[r*long+c]
				}
			}
		}
		return nil
	})
}

// CheckShape returns an error if shape has fewer than two axes.
func (i Orthogonal) CheckShape(shape tensor.Shape) error {
	if len(shape) < 2 {
		return fmt.Errorf("a weight of shape %v; want rank 2 or more", shape)
	}
	return nil
}

// orthonormalize makes the consecutive vectors of length n in q orthonormal. It applies
// Gram–Schmidt twice to each vector, which is enough for full precision (Giraud et al. 2005).
// The result is the Q of the QR decomposition whose R has a positive diagonal, so normal draws
// yield uniformly distributed matrices.
func orthonormalize(q []float64, n int) {
	for at := 0; at < len(q); at += n {
		v := q[at : at+n]
		for range 2 {
			for b := 0; b < at; b += n {
				u := q[b : b+n]
				d := dot(u, v)
				for k := range v {
					v[k] -= d * u[k]
				}
			}
			length := math.Sqrt(dot(v, v))
			for k := range v {
				v[k] /= length
			}
		}
	}
}

func dot(a, b []float64) (sum float64) {
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}

func init() {
	family.Register("Orthogonal", func() Initializer { return Orthogonal{} }, "OrthogonalInitializer")
}
