package cpu

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// unaryFloat is the definition of each function of one number.
func unaryFloat(fn graph.Fn) func(float64) float64 { return oneNumber[fn] }

var oneNumber = map[graph.Fn]func(float64) float64{
	graph.Neg: func(x float64) float64 { return -x }, graph.Abs: math.Abs, graph.Sign: sign,
	graph.Recip: func(x float64) float64 { return 1 / x },
	graph.Exp:   math.Exp, graph.Expm1: math.Expm1, graph.Log: math.Log, graph.Log1p: math.Log1p,
	graph.Sqrt: math.Sqrt, graph.Rsqrt: func(x float64) float64 { return 1 / math.Sqrt(x) },
	graph.Sin: math.Sin, graph.Cos: math.Cos, graph.Tan: math.Tan,
	graph.Asin: math.Asin, graph.Acos: math.Acos, graph.Atan: math.Atan,
	graph.Sinh: math.Sinh, graph.Cosh: math.Cosh, graph.Tanh: math.Tanh,
	graph.Asinh: math.Asinh, graph.Acosh: math.Acosh, graph.Atanh: math.Atanh,
	graph.Sigmoid: func(x float64) float64 { return 1 / (1 + math.Exp(-x)) },
	graph.Erf:     math.Erf, graph.ErfInv: math.Erfinv, graph.Digamma: digamma,
	graph.Lgamma: lgamma,
	graph.Floor:  math.Floor, graph.Ceil: math.Ceil, graph.Round: math.RoundToEven,
}

// lgamma is +∞ at both infinities, as in C.
func lgamma(x float64) float64 {
	l, _ := math.Lgamma(math.Max(x, -math.MaxFloat64))
	return l
}

// sign keeps zeros and NaN as they are.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
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
