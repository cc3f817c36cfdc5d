package ops

import "github.com/rhyton/rhyton/graph"

func unary(f graph.Fn, x N) N     { return graph.Apply(graph.Unary{Fn: f}, x) }
func binary(f graph.Fn, a, b N) N { return pair(graph.Binary{Fn: f}, a, b) }

// float returns x converted to float32 unless it is a float.
func float(x N) N {
	if x.DType.IsFloat() {
		return x
	}
	return Cast(x, graph.Float32)
}

// Add returns a + b.
func Add(a, b N) N { return binary(graph.Add, a, b) }

// Subtract returns a - b.
func Subtract(a, b N) N { return binary(graph.Sub, a, b) }

// Multiply returns a·b, elementwise.
func Multiply(a, b N) N { return binary(graph.Mul, a, b) }

// Divide returns a / b; integers are divided as floats.
func Divide(a, b N) N {
	a, b = promote(a, b)
	return binary(graph.Div, float(a), float(b))
}

// Power returns a to the b.
func Power(a, b N) N { return binary(graph.Pow, a, b) }

// Maximum returns the larger of a and b, or NaN if either is NaN.
func Maximum(a, b N) N { return binary(graph.Max, a, b) }

// Minimum returns the smaller of a and b, or NaN if either is NaN.
func Minimum(a, b N) N { return binary(graph.Min, a, b) }

// Scale returns k·x for a number k.
func Scale(x N, k float64) N { return Multiply(x, Scalar(x, k)) }

// Shift returns x + k for a number k.
func Shift(x N, k float64) N { return Add(x, Scalar(x, k)) }

// Negative returns -x.
func Negative(x N) N { return unary(graph.Neg, x) }

// Abs returns |x|.
func Abs(x N) N { return unary(graph.Abs, x) }

// Sign returns -1, 0 or 1.
func Sign(x N) N { return unary(graph.Sign, x) }

// Square returns x².
func Square(x N) N { x = number(x); return Multiply(x, x) }

// DivideNoNaN returns a / b, 0 where b is 0.
func DivideNoNaN(a, b N) N {
	a, b = promote(a, b)
	a, b = float(a), float(b)
	zero := Equal(b, Scalar(b, 0))
	safe := Where(zero, Scalar(b, 1), b)
	return Where(zero, Scalar(a, 0), Divide(a, safe))
}

// FloorDivide returns ⌊a/b⌋, of the operands' type.
func FloorDivide(a, b N) N {
	a, b = promote(number(a), number(b))
	if a.DType.IsFloat() {
		return Floor(Divide(a, b))
	}
	r := Mod(a, b)
	return binary(graph.Div, Subtract(a, r), b)
}

// Mod returns a - b·⌊a/b⌋, which has the sign of b, as Python's a % b.
func Mod(a, b N) N {
	a, b = promote(number(a), number(b))
	r := FMod(a, b)
	off := LogicalAnd(NotEqual(r, Scalar(r, 0)), NotEqual(Less(r, Scalar(r, 0)), Less(b, Scalar(b, 0))))
	return Where(off, Add(r, b), r)
}

// FMod returns a - b·trunc(a/b), which has the sign of a, as C's fmod.
func FMod(a, b N) N { return binary(graph.Rem, number(a), number(b)) }

// Hypot returns √(a² + b²) without overflow; its gradient at (0, 0) is 0.
func Hypot(a, b N) N {
	a, b = promote(a, b)
	a, b = Abs(float(a)), Abs(float(b))
	large, small := Maximum(a, b), Minimum(a, b)
	ratio := DivideNoNaN(small, large)
	y := Multiply(large, Sqrt(Shift(Square(ratio), 1)))
	return Where(IsInf(large), large, y)
}

// FMax returns the larger of a and b, ignoring a NaN if the other is a number.
func FMax(a, b N) N {
	a, b = promote(a, b)
	return Where(IsNaN(a), b, Where(IsNaN(b), a, Maximum(a, b)))
}

// FMin returns the smaller of a and b, ignoring a NaN if the other is a number.
func FMin(a, b N) N {
	a, b = promote(a, b)
	return Where(IsNaN(a), b, Where(IsNaN(b), a, Minimum(a, b)))
}

// Heaviside returns 0 where x < 0, 1 where x > 0 and at where x = 0. Integers become floats.
func Heaviside(x, at N) N {
	x, at = promote(x, at)
	x, at = float(x), float(at)
	y := Where(Less(x, Scalar(x, 0)), Scalar(x, 0), Scalar(x, 1))
	return Where(IsNaN(x), x, Where(Equal(x, Scalar(x, 0)), at, y))
}

// GCD returns the greatest common divisor of integers, with the largest number of steps that
// Euclid's algorithm needs for the type.
func GCD(a, b N) N {
	a, b = promote(a, b)
	if !a.DType.IsInt() {
		graph.Errorf("gcd: got %v and %v; want integers", a.Type, b.Type)
	}
	to := BroadcastShape(a.Shape, b.Shape)
	steps := 48 // Fibonacci number 47 is beyond int32, 93 beyond int64
	if a.DType == graph.Int64 {
		steps = 94
	}
	final, _ := graph.Loop{Init: []N{Abs(BroadcastTo(a, to...)), Abs(BroadcastTo(b, to...))}, Length: steps}.Run(
		func(c, _ []N) ([]N, []N) {
			zero := Equal(c[1], Scalar(c[1], 0))
			rem := FMod(c[0], Where(zero, Scalar(c[1], 1), c[1]))
			return []N{Where(zero, c[0], c[1]), Where(zero, Scalar(c[1], 0), rem)}, nil
		})
	return final[0]
}

// LCM returns the least common multiple of integers, 0 if one is 0.
func LCM(a, b N) N {
	a, b = promote(a, b)
	d := GCD(a, b)
	return Abs(Multiply(binary(graph.Div, a, Maximum(d, Scalar(d, 1))), b))
}

// LDExp returns x·2ⁿ.
func LDExp(x, n N) N { return Multiply(float(x), Exp2(Cast(n, float(x).DType))) }
