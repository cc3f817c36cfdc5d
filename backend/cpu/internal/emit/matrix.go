package emit

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// matrix is how a product reads an operand: rows are ld apart, matrices by the strides lead.
type matrix struct {
	v            plan.Value
	ld           int
	lead         []int // strides of the axes before the last two
	trans, given bool  // as it lies, and as the operation says
}

// matrixOf reads v without a copy if its rows or its columns are contiguous.
func matrixOf(v plan.Value, trans bool) (matrix, bool) {
	r := len(v.Shape)
	rows, cols, sr, sc := v.Shape[r-2], v.Shape[r-1], v.Strides[r-2], v.Strides[r-1]
	m := matrix{v: v, trans: trans, given: trans, lead: v.Strides[:r-2]}
	switch {
	case (sc == 1 || cols == 1) && rows == 1:
		m.ld = cols
	case (sc == 1 || cols == 1) && sr >= cols:
		m.ld = sr
	case cols != 1 && (sr == 1 || rows == 1) && sc >= rows:
		m.ld, m.trans = sc, !trans
	default:
		return m, false
	}
	for i, d := range v.Shape[:r-2] {
		if d != 1 && m.lead[i] < 0 {
			return m, false
		}
	}
	return m, true
}

func (c *compiler) matrix(v plan.Value, trans bool) matrix {
	m, ok := matrixOf(v, trans)
	if !ok {
		m, _ = matrixOf(c.dense(v), trans)
	}
	return m
}

// batches is how the matrices of a, b and the result follow each other: inner ones are evenly
// spaced, and so are outer ones.
type batches struct {
	outer, inner int
	out, in      [3]int // distances, of a, b and the result
}

// batchesOf merges the axes of s before the last two where all strides allow it. It is not ok
// if more than two remain.
func batchesOf(s graph.Shape, a, b, c []int) (batches, bool) {
	bs := batches{outer: 1, inner: 1}
	var counts []int
	var steps [][3]int
	for i, d := range s[:len(s)-2] {
		if d == 1 {
			continue
		}
		step := [3]int{a[i], b[i], c[i]}
		if n := len(counts); n > 0 && steps[n-1] == [3]int{d * step[0], d * step[1], d * step[2]} {
			counts[n-1] *= d
			steps[n-1] = step
			continue
		}
		counts, steps = append(counts, d), append(steps, step)
	}
	switch len(counts) {
	case 2:
		bs.outer, bs.out = counts[0], steps[0]
		bs.inner, bs.in = counts[1], steps[1]
	case 1:
		bs.inner, bs.in = counts[0], steps[0]
	case 0:
	default:
		return bs, false
	}
	return bs, true
}

// laidOut is memory for n. If the only reader of n is a transposition, it is laid out so that
// the transposed view is dense.
func (s *scope) laidOut(n *graph.Node) plan.Value {
	out := s.c.Temp(n.Type)
	r := n.Rank()
	op, ends := n.Op.(native.Gemm)
	ends = ends && !op.Bare() // in what lies as a dense result
	if ends || s.uses[n.ID] != 1 || len(s.users[n.ID]) != 1 || r < 3 || r > 4 || n.DType != graph.Float32 {
		return out
	}
	u := s.users[n.ID][0]
	turn, ok := u.Op.(graph.Transpose)
	if !ok || turn.Perm.At[r-1] != r-1 {
		return out
	}
	out.Strides = slices.Clone(out.Strides)
	for i, st := range plan.RowMajor(u.Shape) {
		out.Strides[turn.Perm.At[i]] = st
	}
	return out
}
