package layers

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/tensor"
)

// checkInput reports the first index outside the table.
func (e *Embedding) checkInput(x *tensor.Tensor) error { return indicesIn(x, e.InputDim) }

func (e *ReversibleEmbedding) checkInput(x *tensor.Tensor) error { return indicesIn(x, e.InputDim) }

func (q *QuantizedEmbedding) checkInput(x *tensor.Tensor) error { return indicesIn(x, q.InputDim) }

// checkInput accepts all values: vectors have no bounds.
func (*reversal) checkInput(*tensor.Tensor) error { return nil }

// indicesIn reports the first element of t that is not an integer in [0, n).
func indicesIn(t *tensor.Tensor, n int) error {
	width := max(t.Len()/max(t.Shape()[0], 1), 1)
	bad := func(i int, v float64) error {
		return fmt.Errorf("token %v at sample %d, position %d: want an integer in [0, %d)", v, i/width, i%width, n)
	}
	switch d := t.Data().(type) {
	case []int32:
		return firstOutside(d, n, bad)
	case []int64:
		return firstOutside(d, n, bad)
	case []uint8:
		return firstOutside(d, n, bad)
	case []float32:
		return firstOutside(d, n, bad)
	case []float64:
		return firstOutside(d, n, bad)
	}
	return nil
}

func firstOutside[T int32 | int64 | uint8 | float32 | float64](d []T, n int, bad func(i int, v float64) error) error {
	for i, v := range d {
		if x := float64(v); !(x >= 0 && x < float64(n)) || x != math.Trunc(x) {
			return bad(i, x)
		}
	}
	return nil
}
