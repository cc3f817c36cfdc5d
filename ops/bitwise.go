package ops

import "github.com/rhyton/rhyton/graph"

func bits(f graph.Fn, a, b N) N {
	a, b = promote(a, b)
	if a.DType.IsFloat() {
		graph.Errorf("bitwise %v: of %v and %v; want integers or bools", f, a.Type, b.Type)
	}
	return binary(f, a, b)
}

// BitwiseAnd returns the bits that are set in both a and b.
func BitwiseAnd(a, b N) N { return bits(graph.And, a, b) }

// BitwiseOr returns the bits that are set in a or b.
func BitwiseOr(a, b N) N { return bits(graph.Or, a, b) }

// BitwiseXor returns the bits that are set in exactly one of a and b.
func BitwiseXor(a, b N) N { return bits(graph.Xor, a, b) }

// BitwiseNot returns x with all bits inverted.
func BitwiseNot(x N) N { return unary(graph.Not, x) }

// LeftShift returns x·2ⁿ of integers.
func LeftShift(x, n N) N { return Multiply(x, powerOfTwo(x, n)) }

// RightShift returns ⌊x/2ⁿ⌋ of integers, which keeps the sign.
func RightShift(x, n N) N { return FloorDivide(x, powerOfTwo(x, n)) }

// powerOfTwo returns 2ⁿ in x's type, exactly: float64 holds each such int64.
func powerOfTwo(x, n N) N {
	if !x.DType.IsInt() || !n.DType.IsInt() {
		graph.Errorf("shift: got %v by %v; want integers", x.Type, n.Type)
	}
	return Cast(Exp2(Cast(n, graph.Float64)), x.DType)
}
