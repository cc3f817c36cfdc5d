// Package initializers provides the initial values of weights. What is random depends on a key
// and on nothing else: the same key gives the same weights on every device. The streams are not
// those of Keras; the distributions are.
package initializers

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// An Initializer makes the value of a weight. The same key gives the same value.
type Initializer interface {
	Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error)
}

var family = config.NewFamily[Initializer]("initializer", "keras.initializers")

// Parse returns the initializer that Keras calls name, such as "glorot_uniform".
func Parse(name string) (Initializer, error) { return family.Parse(name) }

// Register makes a custom initializer known to saved models under the class name "package>Name".
// make returns a zero value, whose fields have keras tags.
func Register(name string, make func() Initializer) { family.Register(name, make) }

// Func is a custom initializer. It cannot be saved; a registered struct can.
type Func func(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error)

// Make returns f(dtype, shape, key).
func (f Func) Make(dtype tensor.DType, shape tensor.Shape, key uint64) (*tensor.Tensor, error) {
	return f(dtype, shape, key)
}

// Seed, embedded in random initializers, replaces the key: every weight made with the same
// seed, shape and initializer is the same.
type Seed struct {
	Seed *int64 `keras:"seed"` // nil: each weight has its own key
}

func (s Seed) key(key uint64) uint64 {
	if s.Seed != nil {
		return uint64(*s.Seed)
	}
	return key
}

// build checks the initializer i and fills a float64 array for it.
func build(i any, dtype tensor.DType, shape tensor.Shape, fill func(x []float64) error) (*tensor.Tensor, error) {
	if err := config.Check(i); err != nil {
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

// piece is how many elements are drawn at a time, a multiple of a block of Philox.
const piece = 4096

// drawn is build for elements that depend on their number alone, of which fill makes those from
// at on: a large float32 array needs no float64 one beside it.
func drawn(i any, dtype tensor.DType, shape tensor.Shape, fill func(x []float64, at int) error) (*tensor.Tensor, error) {
	t := tensor.New(dtype, shape...)
	y, ok := tensor.Data[float32](t)
	if !ok || t.Err() != nil {
		return build(i, dtype, shape, func(x []float64) error { return fill(x, 0) })
	}
	if err := config.Check(i); err != nil {
		return nil, fmt.Errorf("initializer %w", err)
	}
	x := make([]float64, min(len(y), piece))
	for at := 0; at == 0 || at < len(y); at += piece { // once even for none: fill checks the arguments
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

// filled returns an array of v everywhere.
func filled(i any, dtype tensor.DType, shape tensor.Shape, v float64) (*tensor.Tensor, error) {
	return drawn(i, dtype, shape, func(x []float64, _ int) error {
		for k := range x {
			x[k] = v
		}
		return nil
	})
}
