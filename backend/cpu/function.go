package cpu

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// unaryFloat is the definition of the functions that the kernels lack.
func unaryFloat(fn graph.Fn) func(float64) float64 {
	switch fn {
	case graph.ErfInv:
		return math.Erfinv
	case graph.Lgamma:
		return lgamma
	}
	return digamma
}

// lgamma is +∞ at both infinities, as in C.
func lgamma(x float64) float64 {
	l, _ := math.Lgamma(math.Max(x, -math.MaxFloat64))
	return l
}

// digamma: reflection below 1/2, recurrence up to 10, then the asymptotic series
// (Abramowitz & Stegun 6.3.7, 6.3.5 and 6.3.18). At 0 and the negative integers it is NaN.
func digamma(x float64) float64 {
	if x <= 0 && x == math.Floor(x) {
		return math.NaN()
	}
	if x < .5 {
		return digamma(1-x) - math.Pi/math.Tan(math.Pi*x)
	}
	var d float64
	for ; x < 10; x++ {
		d -= 1 / x
	}
	r := 1 / (x * x)
	series := r * (1./12 - r*(1./120-r*(1./252-r*(1./240-r*(1./132-r*(691./32760-r/12))))))
	return d + math.Log(x) - .5/x - series
}
