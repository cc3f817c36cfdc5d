package example

import (
	"math/rand/v2"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/datasets/classic"
	"github.com/rhyton/rhyton/tensor"
)

// NoisyDigits returns n training digits, at most 1000, of which the given share has a random
// label, and 797 other digits with correct labels. x is in [0, 1] with shape (n, 64).
func NoisyDigits(rows int, noise float64) (train, val *datasets.Arrays) {
	d := classic.Digits()
	order := datasets.Permutation(1797, 7, 0)
	x := datasets.Rescaling{Scale: []float64{1. / 16}}.Apply(d.X).Reshape(-1, 64)
	pick := func(rows []int) *datasets.Arrays {
		return datasets.Of(tensor.Gather(nil, x, rows), tensor.Gather(nil, d.Y, rows))
	}
	train, val = pick(order[:rows]), pick(order[1000:])
	labels, _ := tensor.Data[int32](train.Y[0])
	r := rand.New(rand.NewPCG(11, 0))
	for _, i := range r.Perm(rows)[:int(noise*float64(rows))] {
		labels[i] = r.Int32N(10)
	}
	return train, val
}
