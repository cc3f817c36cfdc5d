package ops

import "github.com/rhyton/rhyton/graph"

func compare(f graph.Fn, a, b N) N { return pair(graph.Compare{Fn: f}, a, b) }

// Equal returns a = b as bools.
func Equal(a, b N) N { return compare(graph.Equal, a, b) }

// NotEqual returns a ≠ b as bools.
func NotEqual(a, b N) N { return compare(graph.NotEqual, a, b) }

// Less returns a < b as bools.
func Less(a, b N) N { return compare(graph.Less, a, b) }

// LessEqual returns a ≤ b as bools.
func LessEqual(a, b N) N { return compare(graph.LessEqual, a, b) }

// Greater returns a > b as bools.
func Greater(a, b N) N { return compare(graph.Greater, a, b) }

// GreaterEqual returns a ≥ b as bools.
func GreaterEqual(a, b N) N { return compare(graph.GreaterEqual, a, b) }

// truth returns x ≠ 0.
func truth(x N) N { return Cast(x, graph.Bool) }

// LogicalAnd returns a ∧ b; nonzero numbers count as true.
func LogicalAnd(a, b N) N { return binary(graph.And, truth(a), truth(b)) }

// LogicalOr returns a ∨ b.
func LogicalOr(a, b N) N { return binary(graph.Or, truth(a), truth(b)) }

// LogicalXor returns whether exactly one of a and b is true.
func LogicalXor(a, b N) N { return binary(graph.Xor, truth(a), truth(b)) }

// LogicalNot returns ¬x.
func LogicalNot(x N) N { return unary(graph.Not, truth(x)) }

// Where returns a where cond is true and b elsewhere; all three broadcast.
func Where(cond, a, b N) N {
	a, b = promote(a, b)
	to := BroadcastShape(BroadcastShape(cond.Shape, a.Shape), b.Shape)
	return graph.Apply(graph.Select{}, BroadcastTo(truth(cond), to...), BroadcastTo(a, to...), BroadcastTo(b, to...))
}

// IsNaN returns whether x is NaN.
func IsNaN(x N) N { return NotEqual(x, x) }

// IsInf returns whether x is ∞ or -∞.
func IsInf(x N) N {
	x = float(x)
	return Equal(Abs(x), Scalar(x, inf))
}

// IsPosInf returns whether x is ∞.
func IsPosInf(x N) N {
	x = float(x)
	return Equal(x, Scalar(x, inf))
}

// IsNegInf returns whether x is -∞.
func IsNegInf(x N) N {
	x = float(x)
	return Equal(x, Scalar(x, -inf))
}

// IsFinite returns whether x is neither NaN nor infinite.
func IsFinite(x N) N {
	x = float(x)
	return Less(Abs(x), Scalar(x, inf))
}

// SignBit returns whether x is negative, including -0.
func SignBit(x N) N {
	negative := Less(x, Scalar(x, 0))
	if !x.DType.IsFloat() {
		return negative
	}
	return LogicalOr(negative, Equal(Reciprocal(x), Scalar(x, -inf)))
}

// IsClose returns whether |a - b| ≤ atol + rtol·|b|, or both are the same infinity.
func IsClose(a, b N, rtol, atol float64) N {
	a, b = promote(a, b)
	a, b = float(a), float(b)
	near := LessEqual(Abs(Subtract(a, b)), Shift(Scale(Abs(b), rtol), atol))
	return LogicalOr(LogicalAnd(near, LogicalAnd(IsFinite(a), IsFinite(b))), Equal(a, b))
}

// AllClose returns whether all elements are close in the sense of [IsClose].
func AllClose(a, b N, rtol, atol float64) N { return All(IsClose(a, b, rtol, atol)) }

// IsIn returns, for each element of x, whether it is an element of set.
func IsIn(x, set N) N {
	x, set = promote(x, set)
	return Any(Equal(ExpandDims(x, -1), Reshape(set, -1)), -1)
}

// Select returns, for each element, the first of values whose condition is true, or otherwise if
// none is.
func Select(conds, values []N, otherwise N) N {
	if len(conds) != len(values) {
		graph.Errorf("select: %d conditions for %d values", len(conds), len(values))
	}
	y := otherwise
	for i := len(conds) - 1; i >= 0; i-- {
		y = Where(conds[i], values[i], y)
	}
	return y
}
