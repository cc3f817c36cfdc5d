// Package initializers provides the initial values of weights. Random values depend only on a
// key: the same key produces the same weights on every device. The random streams differ from
// those of Keras; the distributions are the same.
package initializers

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// An Initializer makes the initial value of a weight. The same key produces the same value.
type Initializer interface {
	Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error)
}

var family = config.NewFamily[Initializer]("initializer", "keras.initializers")

// Parse returns the initializer with the given Keras name, such as "glorot_uniform".
func Parse(name string) (Initializer, error) { return family.Parse(name) }

// Register registers a custom initializer for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Initializer) { family.Register(name, make) }

// Func is a custom initializer. It cannot be saved; a registered struct can.
type Func func(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error)

// Make returns f(dtype, shape, key).
func (f Func) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return f(dtype, shape, key)
}

// Seed is embedded in random initializers. If set, it replaces the key: weights with the same
// seed, shape and initializer are equal.
type Seed struct {
	Seed *int64 `keras:"seed"` // nil: each weight uses its own key
}

func (s Seed) key(key uint64) uint64 {
	if s.Seed != nil {
		return uint64(*s.Seed)
	}
	return key
}

// build validates the initializer i and makes a tensor from the float64 values that fill computes.
func build(i any, dtype tensor.DType, shape tensor.Shape, fill func(x []float64) error) (*tensor.Tensor, error) {
	if err := config.Validate(i); err != nil {
		return nil, fmt.Errorf("initializer %w", err)
	}
	t := tensor.New(tensor.Float64, shape...)
	if err := t.Err(); err != nil {
		return nil, err
	}
	x, _ := tensor.Data[float64](t)
	if err := fill(x); err != nil {
		return nil, fmt.Errorf("initializer %s: %w", config.ClassOf(i), err)
	}
	t = t.Convert(dtype)
	return t, t.Err()
}

// piece is the number of elements drawn at a time, a multiple of the Philox block size.
const piece = 4096

// drawn is like build for elements that depend only on their index; fill computes those from
// index at on. It fills the tensor piece by piece, without a float64 copy of the whole.
func drawn(i any, dtype tensor.DType, shape tensor.Shape, fill func(x []float64, at int) error) (*tensor.Tensor, error) {
	t := tensor.New(dtype, shape...)
	y, ok := tensor.Data[float32](t)
	if !ok || t.Err() != nil {
		return build(i, dtype, shape, func(x []float64) error { return fill(x, 0) })
	}
	if err := config.Validate(i); err != nil {
		return nil, fmt.Errorf("initializer %w", err)
	}
	x := make([]float64, min(len(y), piece))
	for at := 0; at == 0 || at < len(y); at += piece { // once even if empty: fill checks the arguments
		x = x[:min(len(y)-at, piece)]
		if err := fill(x, at); err != nil {
			return nil, fmt.Errorf("initializer %s: %w", config.ClassOf(i), err)
		}
		for k, v := range x {
			y[at+k] = float32(v)
		}
	}
	return t, nil
}

// filled returns a tensor with all elements equal to v.
func filled(i any, dtype tensor.DType, shape tensor.Shape, v float64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, _ int) error {
		for k := range x {
			x[k] = v
		}
		return nil
	})
}
