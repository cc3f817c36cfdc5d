package kernel

import (
	"math"

	"github.com/rhyton/rhyton/internal/half"
)

// unary64 is the definition of every operation of one operand.
func unary64(op Op) func(x float64) float64 {
	switch op {
	case Neg:
		return func(x float64) float64 { return -x }
	case Abs:
		return math.Abs
	case Sign:
		return sign
	case Square:
		return func(x float64) float64 { return x * x }
	case Sqrt:
		return math.Sqrt
	case Rsqrt:
		return func(x float64) float64 { return 1 / math.Sqrt(x) }
	case Recip:
		return func(x float64) float64 { return 1 / x }
	case Floor:
		return math.Floor
	case Ceil:
		return math.Ceil
	case Round:
		return math.RoundToEven
	case Trunc:
		return math.Trunc
	case RoundBF16:
		return func(x float64) float64 { return float64(half.FromBFloat16(half.ToBFloat16(float32(x)))) }
	case Not:
		return func(x float64) float64 { return truth(x == 0) }
	case IsNaN:
		return func(x float64) float64 { return truth(x != x) }
	case IsFinite:
		return func(x float64) float64 { return truth(x-x == 0) }
	case Exp:
		return math.Exp
	case Expm1:
		return math.Expm1
	case Log:
		return math.Log
	case Log1p:
		return math.Log1p
	case Sin:
		return math.Sin
	case Cos:
		return math.Cos
	case Tanh:
		return math.Tanh
	case Sigmoid:
		return sigmoid
	}
	return unaryRare64(op)
}

func unaryRare64(op Op) func(x float64) float64 {
	switch op {
	case Erf:
		return math.Erf
	case Relu:
		return func(x float64) float64 { return max(x, 0) }
	case Silu:
		return func(x float64) float64 { return x * sigmoid(x) }
	case Gelu:
		return func(x float64) float64 { return 0.5 * x * math.Erfc(-x/math.Sqrt2) }
	case GeluTanh:
		return func(x float64) float64 { return x * sigmoid(2*geluInner(x)) }
	case Softplus:
		return func(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
	case Tan:
		return math.Tan
	case Asin:
		return math.Asin
	case Acos:
		return math.Acos
	case Atan:
		return math.Atan
	case Sinh:
		return math.Sinh
	case Cosh:
		return math.Cosh
	case Asinh:
		return math.Asinh
	case Acosh:
		return math.Acosh
	case Atanh:
		return math.Atanh
	}
	return func(x float64) float64 { return x }
}

// binary64 is the definition of every operation of two operands.
func binary64(op Op) func(a, b float64) float64 {
	switch op {
	case Add:
		return func(a, b float64) float64 { return a + b }
	case Sub:
		return func(a, b float64) float64 { return a - b }
	case Mul:
		return func(a, b float64) float64 { return a * b }
	case Div:
		return func(a, b float64) float64 { return a / b }
	case Max:
		return func(a, b float64) float64 { return max(a, b) }
	case Min:
		return func(a, b float64) float64 { return min(a, b) }
	case Pow:
		return math.Pow
	case Eq:
		return func(a, b float64) float64 { return truth(a == b) }
	case Ne:
		return func(a, b float64) float64 { return truth(a != b) }
	case Lt:
		return func(a, b float64) float64 { return truth(a < b) }
	case Le:
		return func(a, b float64) float64 { return truth(a <= b) }
	case Gt:
		return func(a, b float64) float64 { return truth(a > b) }
	case Ge:
		return func(a, b float64) float64 { return truth(a >= b) }
	case And:
		return func(a, b float64) float64 { return truth(a != 0 && b != 0) }
	case Or:
		return func(a, b float64) float64 { return truth(a != 0 || b != 0) }
	case Xor:
		return func(a, b float64) float64 { return truth((a != 0) != (b != 0)) }
	case SquaredDifference:
		return func(a, b float64) float64 { return (a - b) * (a - b) }
	case FloorDiv:
		return func(a, b float64) float64 { return math.Floor(a / b) }
	case Mod:
		return floorMod
	case Atan2:
		return math.Atan2
	}
	return gradient64(op)
}

// gradient64 is the definition of the fused backward operations.
func gradient64(op Op) func(dy, x float64) float64 {
	switch op {
	case ReluGrad:
		return func(dy, x float64) float64 {
			if x > 0 {
				return dy
			}
			return 0
		}
	case SigmoidGrad:
		return func(dy, y float64) float64 { return dy * y * (1 - y) }
	case TanhGrad:
		return func(dy, y float64) float64 { return dy * (1 - y*y) }
	case SiluGrad:
		return func(dy, x float64) float64 { s := sigmoid(x); return dy * s * (1 + x*(1-s)) }
	case GeluGrad:
		return func(dy, x float64) float64 {
			return dy * (0.5*math.Erfc(-x/math.Sqrt2) + x*math.Exp(-x*x/2)/math.Sqrt(2*math.Pi))
		}
	case GeluTanhGrad:
		return geluTanhGrad
	case SoftplusGrad:
		return func(dy, x float64) float64 { return dy * sigmoid(x) }
	}
	panic("kernel: no such operation")
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func sign(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// geluInner is √(2/π)(x + 0.044715x³); ½(1+tanh u) = sigmoid(2u).
func geluInner(x float64) float64 {
	return math.Sqrt(2/math.Pi) * (x + 0.044715*x*x*x)
}

func geluTanhGrad(dy, x float64) float64 {
	s := sigmoid(2 * geluInner(x))
	du := math.Sqrt(2/math.Pi) * (1 + 3*0.044715*x*x)
	return dy * (s + 2*x*s*(1-s)*du)
}

func floorMod(a, b float64) float64 {
	m := math.Mod(a, b)
	if m != 0 && (m < 0) != (b < 0) {
		m += b
	}
	return m
}
