package ops

import "github.com/rhyton/rhyton/graph"

// Cond returns the results of yes if the scalar pred is true, otherwise those of no. Both are
// computed; no gradient flows into the branch not taken.
func Cond(pred N, yes, no func() []N) []N {
	if pred.Shape.Size() != 1 {
		graph.Errorf("cond: got %v; want a scalar bool", pred.Type)
	}
	a, b := yes(), no()
	if len(a) != len(b) {
		graph.Errorf("cond: one branch has %d results, the other %d", len(a), len(b))
	}
	pred = Reshape(pred)
	out := make([]N, len(a))
	for i := range a {
		if !a[i].Shape.Equal(b[i].Shape) {
			graph.Errorf("cond: result %d is %v in one branch and %v in the other", i, a[i].Type, b[i].Type)
		}
		out[i] = Where(pred, a[i], b[i])
	}
	return out
}

// Switch returns the results of the branch with the given index, a scalar integer that is clamped
// to the number of branches. All branches are computed.
func Switch(index N, branches ...func() []N) []N {
	if len(branches) == 0 {
		graph.Errorf("switch: no branches")
	}
	out := branches[0]()
	for i := 1; i < len(branches); i++ {
		taken := GreaterEqual(index, Scalar(index, float64(i)))
		before := out
		out = Cond(taken, branches[i], func() []N { return before })
	}
	return out
}

// ForiLoop runs body for i = lower, …, upper-1 (int32 scalars) on values that keep their types.
func ForiLoop(lower, upper int, body func(i N, values []N) []N, init ...N) []N {
	if len(init) == 0 {
		graph.Errorf("fori_loop: no values")
	}
	if upper <= lower {
		return init
	}
	steps := Shift(iota32(init[0].Graph(), upper-lower), float64(lower))
	final, _ := graph.Loop{Init: init, Seqs: []N{steps}}.Run(
		func(c, s []N) (next, results []N) { return body(s[0], c), nil })
	return final
}

// WhileLoop runs body on values that keep their types while cond, a scalar bool, is true, at most
// limit times. A graph is static: all limit steps are computed, but steps after cond becomes
// false have no effect.
func WhileLoop(limit int, cond func(values []N) N, body func(values []N) []N, init ...N) []N {
	if len(init) == 0 || limit < 0 {
		graph.Errorf("while_loop: %d values, at most %d steps", len(init), limit)
	}
	if limit == 0 {
		return init
	}
	final, _ := graph.Loop{Init: init, Length: limit}.Run(func(c, _ []N) (next, results []N) {
		return Cond(cond(c), func() []N { return body(c) }, func() []N { return c }), nil
	})
	return final
}

// Scan runs body over the steps of sequences, time first, carrying values from step to step. It
// returns the last carry and the stacked results of all steps.
func Scan(init, xs []N, body func(carry, x []N) (next, results []N)) (carry, stacked []N) {
	return graph.Loop{Init: init, Seqs: xs}.Run(body)
}

// Map applies f to each element along the first axes of xs, one after another, and stacks the
// results. To process all elements together, write f for a batch instead.
func Map(f func(x []N) []N, xs ...N) []N {
	_, out := graph.Loop{Seqs: xs}.Run(func(_, x []N) (next, results []N) { return nil, f(x) })
	return out
}

// AssociativeScan returns the cumulative combinations x₀, x₀∘x₁, x₀∘x₁∘x₂, … along axis 0 for an
// associative function f. f receives slices of any length and works elementwise along axis 0. It
// takes ⌈log₂ n⌉ rounds (Hillis & Steele 1986).
func AssociativeScan(f func(a, b []N) []N, xs ...N) []N {
	if len(xs) == 0 {
		graph.Errorf("associative_scan: no values given")
	}
	n := xs[0].Shape[Axis(xs[0], 0)]
	each := func(xs []N, g func(N) N) []N {
		out := make([]N, len(xs))
		for i, x := range xs {
			out[i] = g(x)
		}
		return out
	}
	for d := 1; d < n; d *= 2 {
		head := each(xs, func(x N) N { return cut(x, 0, 0, d) })
		tail := f(each(xs, func(x N) N { return cut(x, 0, 0, n-d) }), each(xs, func(x N) N { return cut(x, 0, d, n) }))
		next := make([]N, len(xs))
		for i := range xs {
			next[i] = Concatenate(0, head[i], tail[i])
		}
		xs = next
	}
	return xs
}
