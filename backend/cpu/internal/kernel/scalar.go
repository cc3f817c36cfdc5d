package kernel

import (
	"math"

	"github.com/rhyton/rhyton/internal/half"
)

// unary64 is the definition of every operation of one operand.
var unary64 = [endUnary]func(x float64) float64{
	Copy:      func(x float64) float64 { return x },
	Neg:       func(x float64) float64 { return -x },
	Abs:       math.Abs,
	Sign:      sign,
	Square:    func(x float64) float64 { return x * x },
	Sqrt:      math.Sqrt,
	Rsqrt:     func(x float64) float64 { return 1 / math.Sqrt(x) },
	Recip:     func(x float64) float64 { return 1 / x },
	Floor:     math.Floor,
	Ceil:      math.Ceil,
	Round:     math.RoundToEven,
	RoundBF16: func(x float64) float64 { return float64(half.FromBFloat16(half.ToBFloat16(float32(x)))) },
	Not:       func(x float64) float64 { return truth(x == 0) },
	Exp:       math.Exp,
	Expm1:     math.Expm1,
	Log:       math.Log,
	Log1p:     math.Log1p,
	Sin:       math.Sin,
	Cos:       math.Cos,
	Tanh:      math.Tanh,
	Sigmoid:   sigmoid,
	Erf:       math.Erf,
	Relu:      func(x float64) float64 { return max(x, 0) },
	Tan:       math.Tan,
	Asin:      math.Asin,
	Acos:      math.Acos,
	Atan:      math.Atan,
	Sinh:      math.Sinh,
	Cosh:      math.Cosh,
	Asinh:     math.Asinh,
	Acosh:     math.Acosh,
	Atanh:     math.Atanh,
}

// binary64 is the definition of every operation of two operands, by its distance from Add.
var binary64 = [endBinary - Add]func(a, b float64) float64{
	0:           func(a, b float64) float64 { return a + b },
	Sub - Add:   func(a, b float64) float64 { return a - b },
	Mul - Add:   func(a, b float64) float64 { return a * b },
	Div - Add:   func(a, b float64) float64 { return a / b },
	Max - Add:   func(a, b float64) float64 { return max(a, b) },
	Min - Add:   func(a, b float64) float64 { return min(a, b) },
	Pow - Add:   math.Pow,
	Eq - Add:    func(a, b float64) float64 { return truth(a == b) },
	Ne - Add:    func(a, b float64) float64 { return truth(a != b) },
	Lt - Add:    func(a, b float64) float64 { return truth(a < b) },
	Le - Add:    func(a, b float64) float64 { return truth(a <= b) },
	Gt - Add:    func(a, b float64) float64 { return truth(a > b) },
	Ge - Add:    func(a, b float64) float64 { return truth(a >= b) },
	And - Add:   func(a, b float64) float64 { return truth(a != 0 && b != 0) },
	Or - Add:    func(a, b float64) float64 { return truth(a != 0 || b != 0) },
	Xor - Add:   func(a, b float64) float64 { return truth((a != 0) != (b != 0)) },
	Atan2 - Add: math.Atan2,
	ReluGrad - Add: func(dy, y float64) float64 {
		if y > 0 {
			return dy
		}
		return 0
	},
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
