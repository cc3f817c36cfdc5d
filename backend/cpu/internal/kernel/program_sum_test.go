package kernel

import (
	"math"
	"slices"
	"testing"
)

// summing is x·x and x·row with the sums of both, the first of which is an output too.
func summing(outer, k, inner int) (*Program, func(o, j int) (square, product float64)) {
	n, width := outer*k*inner, min(inner*k, 37)
	r := newRand()
	x, row := normal(r, n), normal(r, width)
	q := &Program{
		N:      n,
		Inputs: []Input{{}, {Kind: Row, Period: width}},
		Regs:   1,
		Code:   []Instr{{Mul, Out(0), [3]Ref{In(0), In(0)}}, {Mul, Reg(0), [3]Ref{In(0), In(1)}}},
		In:     [][]float32{x, row},
		Out:    [][]float32{poisoned(n)},
		Sums: Sums{Of: []Ref{Out(0), Reg(0)}, Outer: outer, K: k, Inner: inner,
			Out: [][]float32{poisoned(outer * inner), poisoned(outer * inner)}},
	}
	return q, func(o, j int) (square, product float64) {
		for i := range k {
			at := (o*k+i)*inner + j
			square += float64(x[at]) * float64(x[at])
			product += float64(x[at]) * float64(row[at%width])
		}
		return square, product
	}
}

func TestProgramSums(t *testing.T) {
	one, three := NewThreadPool(1), NewThreadPool(3)
	defer one.Close()
	defer three.Close()
	eachLevel(t, func(t *testing.T) {
		for _, s := range [][3]int{
			{1, 1, 16}, {1, 7, 1}, {5, 3, 1}, {700, 90, 1}, {3, 1024, 1}, {2, 5000, 1}, {1, 300_000, 1},
			{1, 50, 16}, {300, 4, 17}, {40, 16, 64}, {1, 9000, 33}, {6, 800, 64}, {2, 100, 1000}, {1, 70, 1025}, {2, 9, 5000}, {1, 2, 70_000},
		} {
			q, want := summing(s[0], s[1], s[2])
			q.Run(one)
			alone := []([]float32){slices.Clone(q.Sums.Out[0]), slices.Clone(q.Sums.Out[1])}
			for i, v := range q.Out[0] {
				if v != q.In[0][i]*q.In[0][i] {
					t.Fatalf("%v: element %d is %v", s, i, v)
				}
			}
			q.Run(three)
			for i := range q.Sums.Out[0] {
				square, product := want(i/s[2], i%s[2])
				scale := 1e-6 * (1 + square)
				if a, b := q.Sums.Out[0][i], q.Sums.Out[1][i]; !(math.Abs(float64(a)-square) < scale) || !(math.Abs(float64(b)-product) < scale) {
					t.Fatalf("%v: sums %d are %v and %v, want %v and %v", s, i, a, b, square, product)
				}
			}
			if !slices.Equal(alone[0], q.Sums.Out[0]) || !slices.Equal(alone[1], q.Sums.Out[1]) {
				t.Fatalf("%v: three threads differ from one", s)
			}
		}
	})
}

func TestProgramSumsAllocateNothing(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	for _, s := range [][3]int{{8, 784, 64}, {4000, 16, 1}} {
		q, _ := summing(s[0], s[1], s[2])
		q.Run(p)
		if n := testing.AllocsPerRun(20, func() { q.Run(p) }); n != 0 {
			t.Errorf("%v: %v allocations", s, n)
		}
	}
}
