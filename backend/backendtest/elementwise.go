package backendtest

import (
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

var (
	inf, nan = math.Inf(1), math.NaN()
	negZero  = math.Copysign(0, -1)
	special  = []float64{nan, inf, -inf, 0, negZero, 1, -1, .5, -.5, 2, -2, 3, 20, -20, 87, -87}
	small    = []float64{1e-3, -1e-3, 1e-4, -1e-4, 2e-2, -2e-2}
	lengths  = [][]int{{}, {1}, {0}, {7}, {5, 13}, {2, 1, 3, 9}, {1027}}
	pairs    = []float64{nan, inf, -inf, 0, negZero, 1, -1, .5, 2, -3}
)

func elementwiseRows() (rows []row) {
	for _, f := range graph.UnaryFns() {
		rows = append(rows, rowsFor(f.String(), typesOf(graph.Unary{Fn: f}, 1), func(d graph.DType) []testCase { return unaryCases(f, d) })...)
	}
	for _, f := range graph.BinaryFns() {
		types := typesOf(graph.Binary{Fn: f}, 2)
		if f == graph.Atan2 {
			types = floatTypes
		}
		rows = append(rows, rowsFor(f.String(), types, func(d graph.DType) []testCase { return binaryCases(f, d) })...)
	}
	for _, f := range graph.CompareFns() {
		rows = append(rows, rowsFor(f.String(), allTypes, func(d graph.DType) []testCase { return compareCases(f, d) })...)
	}
	rows = append(rows, rowsFor("select", allTypes, selectCases)...)
	for _, to := range allTypes {
		rows = append(rows, rowsFor("cast to "+to.String(), allTypes, func(d graph.DType) []testCase { return castCases(d, to) })...)
	}
	rows = append(rows, rowsFor("barrier", allTypes, func(d graph.DType) []testCase {
		return []testCase{{op: graph.Barrier{}, in: []operand{of(d, 5, 3), of(d, 2)}}}
	})...)
	return append(rows, rowsFor("stop", allTypes, func(d graph.DType) []testCase {
		return []testCase{{op: graph.StopGradient{}, in: []operand{of(d, 5, 3)}}}
	})...)
}

// typesOf returns the element types that n operands of op may have.
func typesOf(op graph.Op, n int) (types []graph.DType) {
	for _, d := range allTypes {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			x := g.Input(d, 1)
			g.Apply(op, slices.Repeat([]*graph.Node{x}, n)...)
			return nil
		})
		if err == nil {
			types = append(types, d)
		}
	}
	return types
}

var domains = map[graph.Fn][2]float64{
	graph.Log: {.01, 20}, graph.Log1p: {-.9, 20}, graph.Sqrt: {0, 20}, graph.Rsqrt: {.01, 20}, graph.Recip: {.1, 5},
	graph.Asin: {-1, 1}, graph.Acos: {-1, 1}, graph.Atanh: {-.99, .99}, graph.ErfInv: {-.99, .99}, graph.Acosh: {1, 20},
	graph.Exp: {-20, 5}, graph.Lgamma: {.5, 20}, graph.Digamma: {1.6, 20}, graph.Tan: {-1.2, 1.2}, graph.Round: {-20, 20},
	graph.Floor: {-20, 20}, graph.Ceil: {-20, 20}, graph.Sigmoid: {-20, 20}, graph.Tanh: {-10, 10},
	graph.Sin: {-50, 50}, graph.Cos: {-50, 50},
}

// odd are the functions that are approximately x, or a constant times x, near 0.
var odd = []graph.Fn{graph.Expm1, graph.Log1p, graph.Sin, graph.Tan, graph.Asin, graph.Atan, graph.Sinh, graph.Asinh,
	graph.Atanh, graph.Tanh, graph.Erf, graph.ErfInv}

func unaryCases(f graph.Fn, d graph.DType) (cases []testCase) {
	op := graph.Unary{Fn: f}
	for _, s := range lengths {
		x := of(d, s...)
		if r, ok := domains[f]; ok && d.IsFloat() {
			x = x.between(r[0], r[1])
		}
		cases = append(cases, testCase{op: op, in: []operand{x}})
	}
	if d.IsFloat() && f != graph.Digamma {
		cases = append(cases, testCase{op: op, in: []operand{of(d, len(special)).cycling(special...)}})
	}
	if slices.Contains(odd, f) {
		cases = append(cases, testCase{op: op, in: []operand{of(d, 12).cycling(small...)}, relative: true})
	}
	return cases
}

func binaryCases(f graph.Fn, d graph.DType) (cases []testCase) {
	op := graph.Binary{Fn: f}
	for _, s := range lengths {
		a, b := of(d, s...), of(d, s...)
		switch {
		case f == graph.Pow && d.IsFloat():
			a = a.between(.1, 3)
		case f == graph.Pow:
			b = b.between(0, 4)
		case f == graph.Rem && d.IsFloat(): // multiples of 1/2, so that the quotient's jumps are hit exactly
			a, b = a.cycling(-3.5, 2, 7.5, -1, .5), b.cycling(1.5, -2, .5)
		case f == graph.Div && d.IsFloat():
			b = b.between(.5, 3)
		}
		cases = append(cases, testCase{op: op, in: []operand{a, b}})
	}
	if d.IsFloat() {
		a, b := of(d, len(pairs)*len(pairs)), of(d, len(pairs)*len(pairs))
		for _, x := range pairs {
			a.numbers = append(a.numbers, slices.Repeat([]float64{x}, len(pairs))...)
		}
		cases = append(cases, testCase{op: op, in: []operand{a, b.cycling(pairs...)}})
	} else if f == graph.Div || f == graph.Rem {
		cases = append(cases, testCase{op: op, in: []operand{of(d, 3), of(d, 3).cycling(0)}})
	}
	return cases
}

func compareCases(f graph.Fn, d graph.DType) (cases []testCase) {
	op := graph.Compare{Fn: f}
	for _, s := range lengths {
		a, b := of(d, s...), of(d, s...)
		cases = append(cases, testCase{op: op, in: []operand{a.cycling(0, 1, 2, 3), b.cycling(1, 1, 0)}})
	}
	if d.IsFloat() {
		cases = append(cases, testCase{op: op, in: []operand{of(d, 60).cycling(special...), of(d, 60).cycling(pairs...)}})
	}
	return cases
}

func selectCases(d graph.DType) (cases []testCase) {
	for _, s := range lengths {
		cases = append(cases, testCase{op: graph.Select{}, in: []operand{of(graph.Bool, s...), of(d, s...), of(d, s...)}})
	}
	return cases
}

func castCases(from, to graph.DType) (cases []testCase) {
	op := graph.Cast{To: to}
	for _, s := range lengths {
		x := of(from, s...)
		if to == graph.Uint8 && from.IsFloat() {
			x = x.between(0, 200)
		}
		cases = append(cases, testCase{op: op, in: []operand{x}})
	}
	switch {
	case from.IsFloat() && !to.IsFloat():
		cases = append(cases, testCase{op: op, in: []operand{of(from, 12).cycling(nan, inf, -inf, 3e4, -3e4, 300, -1, 2.9, -2.9, .5, -.5, 0)}})
	case from.IsInt() && from != graph.Uint8:
		cases = append(cases, testCase{op: op, in: []operand{of(from, 6).cycling(300, -300, 1<<20, 1<<30, -1<<31, 257)}})
	}
	return cases
}
