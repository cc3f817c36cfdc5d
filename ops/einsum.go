package ops

import (
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// Einsum evaluates Einstein's summation convention: "bij,bjk->bik" multiplies elements with equal
// indices on axes of the same letter and sums over the letters that the result does not name.
// Without "->" the result has the letters that occur once, in alphabetical order. A letter
// repeated in one operand takes its diagonal; "..." represents axes that broadcast.
func Einsum(equation string, xs ...N) N {
	if len(xs) == 0 {
		graph.Errorf("einsum %q: no operands", equation)
	}
	e := parseEinsum(equation, xs)
	acc := e.operand(0, xs[0])
	for i := 1; i < len(xs); i++ {
		acc = e.contract(e.drop(acc, i-1), e.operand(i, xs[i]), i)
	}
	acc = e.drop(acc, len(xs)-1)
	return e.order(acc)
}

// einsum is a parsed equation: the labels of the axes of each operand and of the result.
// The axes of an ellipsis have labels below 0, counted from the right.
type einsum struct {
	text string
	in   [][]rune
	out  []rune
	size map[rune]int
}

// labeled is a value with labeled axes.
type labeled struct {
	x      N
	labels []rune
}

func parseEinsum(equation string, xs []N) einsum {
	e := einsum{text: equation, size: map[rune]int{}}
	left, right, explicit := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
	terms := strings.Split(left, ",")
	if len(terms) != len(xs) {
		graph.Errorf("einsum %q: %d operands for %d terms", equation, len(xs), len(terms))
	}
	wide := 0
	for i, t := range terms {
		labels := e.labels(t, xs[i].Rank())
		e.in = append(e.in, labels)
		for k, l := range labels {
			if l < 0 {
				wide = max(wide, -int(l))
			}
			e.see(l, xs[i].Shape[k])
		}
	}
	if explicit {
		e.out = e.labels(right, len(strings.ReplaceAll(right, "...", ""))+wide)
	} else {
		e.out = e.implicit(wide)
	}
	for i, l := range e.out {
		if _, ok := e.size[l]; !ok || slices.Contains(e.out[:i], l) {
			graph.Errorf("einsum %q: the result's axis %q is in no operand, or twice", equation, string(l))
		}
	}
	return e
}

// labels expands a term for a value of the given rank.
func (e einsum) labels(term string, rank int) (out []rune) {
	before, after, dots := strings.Cut(term, "...")
	for _, l := range before + after {
		if !(l >= 'a' && l <= 'z' || l >= 'A' && l <= 'Z') {
			graph.Errorf("einsum %q: axis %q; want letters", e.text, string(l))
		}
	}
	free := rank - len(before) - len(after)
	if free < 0 || free > 0 && !dots {
		graph.Errorf("einsum %q: %q for a value of rank %d", e.text, term, rank)
	}
	out = append(out, []rune(before)...)
	for i := free; i > 0; i-- {
		out = append(out, rune(-i))
	}
	return append(out, []rune(after)...)
}

func (e einsum) see(l rune, n int) {
	have, ok := e.size[l]
	if ok && have != n && !(l < 0 && (have == 1 || n == 1)) {
		graph.Errorf("einsum %q: axis %q has extents %d and %d", e.text, string(l), have, n)
	}
	e.size[l] = max(have, n)
	if l >= 0 {
		e.size[l] = n
	}
}

func (e einsum) implicit(wide int) (out []rune) {
	for i := wide; i > 0; i-- {
		out = append(out, rune(-i))
	}
	count := map[rune]int{}
	for _, labels := range e.in {
		for _, l := range labels {
			count[l]++
		}
	}
	var once []rune
	for l, n := range count {
		if l >= 0 && n == 1 {
			once = append(once, l)
		}
	}
	slices.Sort(once)
	return append(out, once...)
}

// operand labels the axes of x, takes diagonals and expands axes of an ellipsis.
func (e einsum) operand(i int, x N) labeled {
	v := labeled{x, slices.Clone(e.in[i])}
	for a, b := twice(v.labels); b > 0; a, b = twice(v.labels) {
		l := v.labels[a]
		v.x = DiagonalOf(v.x, 0, a, b)
		v.labels = append(slices.Delete(slices.Delete(v.labels, b, b+1), a, a+1), l)
	}
	to := make([]int, len(v.labels))
	for k, l := range v.labels {
		to[k] = e.size[l]
	}
	v.x = BroadcastTo(v.x, to...)
	return v
}

// twice returns the positions of a label that occurs twice; b is 0 if there is none.
func twice(labels []rune) (a, b int) {
	for b := range labels {
		if a := slices.Index(labels, labels[b]); a < b {
			return a, b
		}
	}
	return 0, 0
}

// needed reports whether label l is in the result or in an operand after the i-th.
func (e einsum) needed(l rune, i int) bool {
	for _, labels := range e.in[i+1:] {
		if slices.Contains(labels, l) {
			return true
		}
	}
	return slices.Contains(e.out, l)
}

// drop sums over the axes that are not needed after operand i.
func (e einsum) drop(v labeled, i int) labeled {
	var axes []int
	var rest []rune
	for k, l := range v.labels {
		if e.needed(l, i) {
			rest = append(rest, l)
		} else {
			axes = append(axes, k)
		}
	}
	if len(axes) == 0 {
		return v
	}
	return labeled{Sum(v.x, axes...), rest}
}

// contract multiplies a by operand i, b, as a batch of matrices: shared labels that are still
// needed form the batch, the others are summed over.
func (e einsum) contract(a, b labeled, i int) labeled {
	own := labeled{b.x, nil}
	var axes []int // only in b and not needed later
	for k, l := range b.labels {
		if !slices.Contains(a.labels, l) && !e.needed(l, i) {
			axes = append(axes, k)
		} else {
			own.labels = append(own.labels, l)
		}
	}
	if len(axes) > 0 {
		own.x = Sum(b.x, axes...)
	}
	b = own
	var batch, sum, rows, cols []rune
	for _, l := range a.labels {
		switch {
		case !slices.Contains(b.labels, l):
			rows = append(rows, l)
		case e.needed(l, i):
			batch = append(batch, l)
		default:
			sum = append(sum, l)
		}
	}
	for _, l := range b.labels {
		if !slices.Contains(a.labels, l) {
			cols = append(cols, l)
		}
	}
	left := e.grouped(a, batch, rows, sum)
	right := e.grouped(b, batch, sum, cols)
	x, y := promote(left, right)
	labels := slices.Concat(batch, rows, cols)
	return labeled{Reshape(graph.Apply(graph.MatMul{}, x, y), e.sizes(labels)...), labels}
}

// grouped reshapes v to (batch…, first, second). Batch axes stay separate, unless there are too
// many, so that a device need not copy transposed data.
func (e einsum) grouped(v labeled, batch, first, second []rune) N {
	var perm []int
	for _, l := range slices.Concat(batch, first, second) {
		perm = append(perm, slices.Index(v.labels, l))
	}
	size := func(labels []rune) int { return graph.Shape(e.sizes(labels)).Size() }
	lead := e.sizes(batch)
	if len(batch)+2 >= graph.MaxRank { // one less within a loop
		lead = []int{size(batch)}
	}
	return Reshape(transposed(v.x, perm), append(lead, size(first), size(second))...)
}

func (e einsum) sizes(labels []rune) []int {
	out := make([]int, len(labels))
	for i, l := range labels {
		out[i] = e.size[l]
	}
	return out
}

// order puts the axes of v into the result's order.
func (e einsum) order(v labeled) N {
	var perm []int
	for _, l := range e.out {
		perm = append(perm, slices.Index(v.labels, l))
	}
	if slices.IsSorted(perm) {
		return v.x
	}
	return Transpose(v.x, perm...)
}
