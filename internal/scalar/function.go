// Package scalar defines the elementary functions on single numbers and the rounding of numbers to
// an element type. Floats are float64; integers and bools are int64. The reference device and other
// devices that compute element by element share these definitions.
package scalar

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

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

// Float returns the float implementation of the unary function fn.
func Float(fn graph.Fn) func(float64) float64 { return oneNumber[fn] }

// lgamma returns +∞ at both infinities, as in C.
func lgamma(x float64) float64 {
	l, _ := math.Lgamma(math.Max(x, -math.MaxFloat64))
	return l
}

// sign returns zeros and NaN unchanged.
func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// digamma uses reflection below 1/2, recurrence up to 10, then the asymptotic series
// (Abramowitz & Stegun 6.3.7, 6.3.5 and 6.3.18). It is NaN at 0 and the negative integers.
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

// Int returns fn of an integer, not yet wrapped.
func Int(fn graph.Fn, x int64) int64 {
	switch {
	case fn == graph.Not:
		return ^x
	case fn == graph.Neg || fn == graph.Abs && x < 0:
		return -x
	case fn == graph.Sign && x != 0:
		return x>>63 | 1
	}
	return x
}

// Floats returns fn of two floats.
func Floats(fn graph.Fn, a, b float64) float64 {
	switch fn {
	case graph.Add:
		return a + b
	case graph.Sub:
		return a - b
	case graph.Mul:
		return a * b
	case graph.Div:
		return a / b
	case graph.Pow:
		return math.Pow(a, b)
	case graph.Max:
		return max(a, b)
	case graph.Min:
		return min(a, b)
	case graph.Atan2:
		return math.Atan2(a, b)
	case graph.Rem:
		return math.Mod(a, b)
	}
	return b // Set
}

// Ints returns fn of two integers, not yet wrapped. Division by 0 returns -1 (all bits set), and
// the remainder is the dividend.
func Ints(fn graph.Fn, a, b int64) int64 {
	switch fn {
	case graph.Add:
		return a + b
	case graph.Sub:
		return a - b
	case graph.Mul:
		return a * b
	case graph.Div:
		if b == 0 {
			return -1
		}
		return a / b
	case graph.Rem:
		if b == 0 {
			return a
		}
		return a % b
	case graph.Pow:
		return powInt(a, b)
	case graph.Max:
		return max(a, b)
	case graph.Min:
		return min(a, b)
	case graph.And:
		return a & b
	case graph.Or:
		return a | b
	case graph.Xor:
		return a ^ b
	case graph.Atan2:
		return int64(math.Atan2(float64(a), float64(b)))
	}
	return b // Set
}

// powInt returns aᵇ; for a negative exponent, the truncated reciprocal.
func powInt(a, b int64) int64 {
	if b < 0 {
		switch a {
		case 1:
			return 1
		case -1:
			return 1 - 2*(b&1)
		}
		return 0
	}
	p := int64(1)
	for ; b > 0; b >>= 1 {
		if b&1 != 0 {
			p *= a
		}
		a *= a
	}
	return p
}
