package initializers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/philox"
	"github.com/rhyton/rhyton/tensor"
)

// The functions below fill x with draws, starting at draw number at, a multiple of 4.

// uniform draws from the uniform distribution over [lo, hi).
func uniform(x []float64, at int, key uint64, lo, hi float64) {
	var w [4]uint32
	for i := range x {
		if i%4 == 0 {
			w = philox.Block(key, 0, uint64((at+i)/4))
		}
		x[i] = lo + (hi-lo)*float64(philox.Uniform(w[i%4]))
	}
}

// normal draws from the normal distribution.
func normal(x []float64, at int, key uint64, mean, stddev float64) {
	var n [4]float32
	for i := range x {
		if i%4 == 0 {
			n = philox.Normals(philox.Block(key, 0, uint64((at+i)/4)))
		}
		x[i] = mean + stddev*float64(n[i%4])
	}
}

// truncated draws from the normal distribution and redraws values beyond two standard
// deviations, each time from the next stream.
func truncated(x []float64, at int, key uint64, mean, stddev float64) {
	normal(x, at, key, 0, 1)
	for i := range x {
		for stream := uint64(1); math.Abs(x[i]) > 2; stream++ {
			x[i] = float64(philox.Normals(philox.Block(key, stream, uint64((at+i)/4)))[i%4])
		}
		x[i] = mean + stddev*x[i]
	}
}

// RandomUniform draws from [MinVal, MaxVal). The bounds are -0.05 and 0.05 if nil.
type RandomUniform struct {
	MinVal *float64 `keras:"minval" default:"-0.05"`
	MaxVal *float64 `keras:"maxval" default:"0.05"`
	Seed
}

// Make returns the initial value of a weight.
func (i RandomUniform) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, at int) error {
		f := config.Filled(i)
		uniform(x, at, i.key(key), *f.MinVal, *f.MaxVal)
		return nil
	})
}

// Check reports bounds in the wrong order.
func (i RandomUniform) Check() error {
	if f := config.Filled(i); *f.MinVal > *f.MaxVal {
		return fmt.Errorf("RandomUniform: MinVal %v is above MaxVal %v", *f.MinVal, *f.MaxVal)
	}
	return config.Check(i)
}

// RandomNormal draws from the normal distribution with mean Mean and standard deviation
// Stddev, 0.05 if nil.
type RandomNormal struct {
	Mean   float64  `keras:"mean"`
	Stddev *float64 `keras:"stddev" default:"0.05" range:"[0,inf)"`
	Seed
}

// Make returns the initial value of a weight.
func (i RandomNormal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, at int) error {
		normal(x, at, i.key(key), i.Mean, *config.Filled(i).Stddev)
		return nil
	})
}

// TruncatedNormal is like RandomNormal, but redraws values beyond two standard deviations.
type TruncatedNormal struct {
	Mean   float64  `keras:"mean"`
	Stddev *float64 `keras:"stddev" default:"0.05" range:"[0,inf)"`
	Seed
}

// Make returns the initial value of a weight.
func (i TruncatedNormal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, at int) error {
		truncated(x, at, i.key(key), i.Mean, *config.Filled(i).Stddev)
		return nil
	})
}

func init() {
	family.Register("RandomUniform", func() Initializer { return RandomUniform{} }, "uniform")
	family.Register("RandomNormal", func() Initializer { return RandomNormal{} }, "normal")
	family.Register("TruncatedNormal", func() Initializer { return TruncatedNormal{} })
}
