package golden

import (
	"fmt"
	"math"
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// Compare returns an error if got differs from want in shape, in strings, or in a number by more
// than rtol·(|want| + 0.1). Number types may differ, but floats don't match integers or bools.
func (c *Case) Compare(what string, got, want *tensor.Tensor, rtol float64) error {
	if got == nil || want == nil {
		if got != want {
			return fmt.Errorf("%s: got %v, want %v", what, describe(got), describe(want))
		}
		return nil
	}
	if !got.Shape().Equal(want.Shape()) || got.DType().IsFloat() != want.DType().IsFloat() {
		return fmt.Errorf("%s: got %v, want %v", what, describe(got), describe(want))
	}
	if w, ok := tensor.Data[string](want); ok {
		g, _ := tensor.Data[string](got)
		if !slices.Equal(g, w) {
			return fmt.Errorf("%s: got %q, want %q", what, g, w)
		}
		return nil
	}
	return c.CompareFloats(what, Floats(got), Floats(want), rtol)
}

// CompareFloats is like [Case.Compare] for numbers.
func (c *Case) CompareFloats(what string, got, want []float64, rtol float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	worst, at := 0.0, 0
	for i, w := range want {
		if e := deviation(got[i], w); e > worst {
			worst, at = e, i
		}
	}
	c.Worst = max(c.Worst, worst)
	if worst > rtol {
		return fmt.Errorf("%s[%d]: got %v, want %v: off by %.2g, tolerance %.0g", what, at, got[at], want[at], worst, rtol)
	}
	return nil
}

// deviation returns the smallest rtol with which got matches want; the absolute tolerance is a
// tenth of it.
func deviation(got, want float64) float64 {
	switch {
	case got == want || math.IsNaN(got) && math.IsNaN(want):
		return 0
	case math.IsNaN(got) || math.IsNaN(want) || math.IsInf(got, 0) || math.IsInf(want, 0):
		return math.Inf(1)
	}
	return math.Abs(got-want) / (math.Abs(want) + 0.1)
}

func describe(t *tensor.Tensor) string {
	if t == nil {
		return "nothing"
	}
	return t.DType().String() + t.Shape().String()
}
