package initializers

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// Zeros initializes weights to 0.
type Zeros struct{}

// Make returns the initial value of a weight.
func (i Zeros) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return filled(i, dtype, shape, 0)
}

// Ones initializes weights to 1.
type Ones struct{}

// Make returns the initial value of a weight.
func (i Ones) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return filled(i, dtype, shape, 1)
}

// Constant initializes weights to Value.
type Constant struct {
	Value float64 `keras:"value"`
}

// Make returns the initial value of a weight.
func (i Constant) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return filled(i, dtype, shape, i.Value)
}

// Identity initializes a matrix to Gain times the identity matrix. Gain is 1 if nil.
type Identity struct {
	Gain *float64 `keras:"gain" default:"1.0"`
}

// Make returns the initial value of a weight, which must have rank 2.
func (i Identity) Make(dtype tensor.DType, shape tensor.Shape, _ uint64) (*tensor.Tensor, error) {
	return build(i, dtype, shape, func(x []float64) error {
		if err := i.CheckShape(shape); err != nil {
			return err
		}
		for k := range min(shape[0], shape[1]) {
			x[k*shape[1]+k] = *config.Filled(i).Gain
		}
		return nil
	})
}

// CheckShape returns an error if shape is not a matrix.
func (i Identity) CheckShape(shape tensor.Shape) error {
	if len(shape) != 2 {
		return fmt.Errorf("a weight of shape %v; want a matrix", shape)
	}
	return nil
}

func init() {
	family.Register("Zeros", func() Initializer { return Zeros{} })
	family.Register("Ones", func() Initializer { return Ones{} })
	family.Register("Constant", func() Initializer { return Constant{} })
	family.Register("Identity", func() Initializer { return Identity{} }, "IdentityInitializer")
}
