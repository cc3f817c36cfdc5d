package kernel

import (
	"math"
	"testing"
)

// gated is sigmoid(x + row)·col + select(x > 0, middle, scalar·2) with its
// definition.
func gated(n, width int) (*Program, func(i int) float64) {
	r := newRand()
	x, row, col, middle, s := normal(r, n), normal(r, width), normal(r, (n+width-1)/width), normal(r, 3), normal(r, 1)
	q := &Program{
		N:      n,
		Inputs: []Input{{}, {Kind: Row, Period: width}, {Kind: Col, Period: width}, {Kind: Middle, Inner: 7, Period: 3}, {Kind: Scalar}},
		Consts: []float32{2, 0},
		Regs:   2,
		Code: []Instr{
			{Add, Reg(0), [3]Ref{In(0), In(1)}},
			{Sigmoid, Reg(0), [3]Ref{Reg(0)}},
			{Mul, Out(0), [3]Ref{Reg(0), In(2)}},
			{Gt, Reg(0), [3]Ref{In(0), Const(1)}},
			{Mul, Reg(1), [3]Ref{Const(0), In(4)}},
			{Select, Reg(1), [3]Ref{Reg(0), In(3), Reg(1)}},
			{MulAdd, Out(0), [3]Ref{Reg(1), Const(0), Out(0)}},
			{Sub, Out(1), [3]Ref{Const(0), In(0)}},
		},
		In:  [][]float32{x, row, col, middle, s},
		Out: [][]float32{poisoned(n), poisoned(n)},
	}
	return q, func(i int) float64 {
		v := float64(s[0]) * 2
		if x[i] > 0 {
			v = float64(middle[i/7%3])
		}
		return sigmoid(float64(x[i])+float64(row[i%width]))*float64(col[i/width]) + 2*v
	}
}

func TestProgramFusesAChain(t *testing.T) {
	for _, threads := range []int{1, 3} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			for _, n := range []int{1, 10, 1023, 1024, 5000, 70000} {
				for _, width := range []int{1, 10, 700, 1500, 4096} {
					q, want := gated(n, width)
					q.Run(p)
					for i, v := range q.Out[0] {
						if w := want(i); !(math.Abs(float64(v)-w) < 2e-6*(1+math.Abs(w))) {
							t.Fatalf("n %d width %d: element %d is %v, want %v", n, width, i, v, w)
						}
						if q.Out[1][i] != 2-q.In[0][i] {
							t.Fatalf("n %d: second output %d is %v", n, i, q.Out[1][i])
						}
					}
				}
			}
		})
	}
}

func TestProgramAllocatesNothing(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	q, _ := gated(50000, 10)
	q.Run(p)
	if n := testing.AllocsPerRun(20, func() { q.Run(p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
