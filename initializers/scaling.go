package initializers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// Fans is embedded in initializers that scale with the size of the layer. It states which axes of
// the weight are inputs and which are outputs. By default a matrix is (in, out), and a
// convolution kernel (spatial…, in, out).
type Fans struct {
	InputAxes  []int `keras:"input_axes"`
	OutputAxes []int `keras:"output_axes"`
}

// of returns the fan-in and the fan-out of a weight.
func (f Fans) of(shape tensor.Shape) (in, out float64, err error) {
	if f.InputAxes != nil && f.OutputAxes != nil {
		if in, err = product(shape, f.InputAxes); err == nil {
			out, err = product(shape, f.OutputAxes)
		}
		return in, out, err
	}
	switch n := len(shape); n {
	case 0:
		return 1, 1, nil
	case 1:
		return float64(shape[0]), float64(shape[0]), nil
	default:
		field := float64(shape[:n-2].Size())
		return field * float64(shape[n-2]), field * float64(shape[n-1]), nil
	}
}

// CheckShape returns an error if the axes don't exist in a weight of the given shape.
func (f Fans) CheckShape(shape tensor.Shape) error {
	_, _, err := f.of(shape)
	return err
}

func product(shape tensor.Shape, axes []int) (float64, error) {
	p := 1.0
	for _, a := range axes {
		at := a
		if at < 0 {
			at += len(shape)
		}
		if at < 0 || at >= len(shape) {
			return 0, fmt.Errorf("axis %d of a weight of shape %v", a, shape)
		}
		p *= float64(shape[at])
	}
	return p, nil
}

// A FanMode selects the divisor of [VarianceScaling]; "" is FanIn.
type FanMode string

// The fan modes.
const (
	FanIn  FanMode = "fan_in"  // the number of inputs
	FanOut FanMode = "fan_out" // the number of outputs
	FanAvg FanMode = "fan_avg" // the mean of both
)

// A Distribution is the distribution that [VarianceScaling] draws from; "" is
// TruncatedNormalDistribution.
type Distribution string

// The distributions.
const (
	TruncatedNormalDistribution   Distribution = "truncated_normal" // redrawn beyond two standard deviations; also "normal" in Keras
	UntruncatedNormalDistribution Distribution = "untruncated_normal"
	UniformDistribution           Distribution = "uniform"
)

// VarianceScaling draws from Distribution with mean 0 and variance Scale/n, where n is the
// number of inputs, the number of outputs or their mean, depending on Mode. Scale is 1 if zero.
type VarianceScaling struct {
	Scale        float64      `keras:"scale" default:"1.0" range:"(0,inf)"`
	Mode         FanMode      `keras:"mode" default:"fan_in" enum:"fan_in fan_out fan_avg"`
	Distribution Distribution `keras:"distribution" default:"truncated_normal" enum:"truncated_normal normal untruncated_normal uniform"`
	Seed
	Fans
}

// Make returns the initial value of a weight.
func (i VarianceScaling) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, at int) error { return config.Filled(i).fill(x, at, shape, i.key(key)) })
}

func (i VarianceScaling) fill(x []float64, at int, shape tensor.Shape, key uint64) error {
	in, out, err := i.Fans.of(shape)
	if err != nil {
		return err
	}
	n := map[FanMode]float64{FanIn: in, FanOut: out, FanAvg: (in + out) / 2}[i.Mode]
	variance := i.Scale / max(1, n)
	switch i.Distribution {
	case UniformDistribution:
		limit := math.Sqrt(3 * variance)
		uniform(x, at, key, -limit, limit)
	case UntruncatedNormalDistribution:
		normal(x, at, key, 0, math.Sqrt(variance))
	default:
		// The standard deviation of a normal distribution truncated at two standard deviations.
		const left = 0.87962566103423978
		truncated(x, at, key, 0, math.Sqrt(variance)/left)
	}
	return nil
}

// The initializers named after their authors are [VarianceScaling] with a fixed scale, mode and
// distribution.
type (
	// GlorotUniform preserves the variance of signals and of gradients: scale 1, fan_avg,
	// uniform (Glorot & Bengio 2010). It is the default of most layers.
	GlorotUniform struct {
		Seed
		Fans
	}
	// GlorotNormal is GlorotUniform with the truncated normal distribution.
	GlorotNormal struct {
		Seed
		Fans
	}
	// HeUniform is meant for layers before a ReLU: scale 2, fan_in, uniform (He et al. 2015).
	HeUniform struct {
		Seed
		Fans
	}
	// HeNormal is HeUniform with the truncated normal distribution.
	HeNormal struct {
		Seed
		Fans
	}
	// LecunUniform has scale 1, fan_in, uniform (LeCun et al. 1998).
	LecunUniform struct {
		Seed
		Fans
	}
	// LecunNormal is LecunUniform with the truncated normal distribution. Use it with SELU.
	LecunNormal struct {
		Seed
		Fans
	}
)

// Make returns the initial value of a weight.
func (i GlorotUniform) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{1, FanAvg, UniformDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

// Make returns the initial value of a weight.
func (i GlorotNormal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{1, FanAvg, TruncatedNormalDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

// Make returns the initial value of a weight.
func (i HeUniform) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{2, FanIn, UniformDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

// Make returns the initial value of a weight.
func (i HeNormal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{2, FanIn, TruncatedNormalDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

// Make returns the initial value of a weight.
func (i LecunUniform) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{1, FanIn, UniformDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

// Make returns the initial value of a weight.
func (i LecunNormal) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return VarianceScaling{1, FanIn, TruncatedNormalDistribution, i.Seed, i.Fans}.Make(dtype, shape, key)
}

func init() {
	family.Register("VarianceScaling", func() Initializer { return VarianceScaling{} })
	family.Register("GlorotUniform", func() Initializer { return GlorotUniform{} })
	family.Register("GlorotNormal", func() Initializer { return GlorotNormal{} })
	family.Register("HeUniform", func() Initializer { return HeUniform{} })
	family.Register("HeNormal", func() Initializer { return HeNormal{} })
	family.Register("LecunUniform", func() Initializer { return LecunUniform{} })
	family.Register("LecunNormal", func() Initializer { return LecunNormal{} })
}
