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

// truth returns x as bools: what is not 0.
func truth(x N) N { return Cast(x, graph.Bool) }

// LogicalAnd returns a ∧ b; numbers count as true where they are not 0.
func LogicalAnd(a, b N) N { return binary(graph.And, truth(a), truth(b)) }

// LogicalOr returns a ∨ b.
func LogicalOr(a, b N) N { return binary(graph.Or, truth(a), truth(b)) }

// LogicalXor returns whether exactly one of a and b is true.
func LogicalXor(a, b N) N { return binary(graph.Xor, truth(a), truth(b)) }

// LogicalNot returns ¬x.
func LogicalNot(x N) N { return unary(graph.Not, truth(x)) }

// Where returns a where cond is true, else b; all three broadcast.
func Where(cond, a, b N) N {
	a, b = promote(a, b)
	to := BroadcastShape(BroadcastShape(cond.Shape, a.Shape), b.Shape)
	return graph.Apply(graph.Select{}, BroadcastTo(truth(cond), to...), BroadcastTo(a, to...), BroadcastTo(b, to...))
}
