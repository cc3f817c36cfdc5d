package graph

import "fmt"

type (
	// Gather selects rows: x (n, rest…) and integer indices idx give a result of shape idx.shape
	// + rest. Indices outside [0, n) are clamped.
	Gather struct{}
	// Scatter combines rows into x: x (n, rest…), integer idx, updates idx.shape + rest;
	// the result is x with row idx[k] replaced by Fn(row, updates[k]), in the order of k.
	// Fn is Add, Mul, Max, Min or Set. A row whose index is outside [0, n) is dropped.
	Scatter struct{ Fn Fn }
	// MatMul multiplies matrices over the last two axes: (…, m, k)·(…, k, n) = (…, m, n). The
	// leading axes must be equal. With TransA the first operand is (…, k, m), with TransB the
	// second is (…, n, k).
	MatMul struct{ TransA, TransB bool }
)

func (Gather) Infer(in []Type) []Type {
	x, idx := in[0], in[1]
	if len(x.Shape) == 0 || !idx.DType.IsInt() {
		Errorf("gather: rows %v of %v; want integer indices into a value of rank 1 or more", idx, x)
	}
	if x.Shape[0] == 0 && idx.Shape.Size() > 0 {
		Errorf("gather: from %v, which has no rows", x)
	}
	return []Type{{x.DType, append(idx.Shape.Clone(), x.Shape[1:]...)}}
}

func (o Scatter) Infer(in []Type) []Type {
	x, idx, up := in[0], in[1], in[2]
	if o.Fn != Add && o.Fn != Mul && o.Fn != Max && o.Fn != Min && o.Fn != Set {
		Errorf("scatter: by %v", o.Fn)
	}
	if x.DType == Bool && o.Fn != Set {
		Errorf("scatter: %v of bool; cast it first", o.Fn)
	}
	if len(x.Shape) == 0 || !idx.DType.IsInt() {
		Errorf("scatter: rows %v of %v; want integer indices into a value of rank 1 or more", idx, x)
	}
	want := append(idx.Shape.Clone(), x.Shape[1:]...)
	if up.DType != x.DType || !up.Shape.Equal(want) {
		Errorf("scatter: updates %v; want %v", up, Type{x.DType, want})
	}
	return in[:1]
}

func (o MatMul) Infer(in []Type) []Type {
	a, b := in[0], in[1]
	r := len(a.Shape)
	if r < 2 || len(b.Shape) != r || a.DType != b.DType || !a.Shape[:r-2].Equal(b.Shape[:r-2]) {
		Errorf("matmul: cannot multiply %v by %v", a, b)
	}
	if a.DType == Bool {
		Errorf("matmul: got bool; cast it first")
	}
	m, k := a.Shape[r-2], a.Shape[r-1]
	if o.TransA {
		m, k = k, m
	}
	kb, n := b.Shape[r-2], b.Shape[r-1]
	if o.TransB {
		kb, n = n, kb
	}
	if k != kb {
		Errorf("matmul: cannot multiply %v by %v: inner extents %d and %d", a, b, k, kb)
	}
	return []Type{{a.DType, append(a.Shape[:r-2].Clone(), m, n)}}
}

func (Gather) String() string    { return "gather" }
func (o Scatter) String() string { return "scatter_" + o.Fn.String() }
func (o MatMul) String() string {
	return fmt.Sprintf("matmul[%v %v]", map[bool]string{false: "n", true: "t"}[o.TransA], map[bool]string{false: "n", true: "t"}[o.TransB])
}
