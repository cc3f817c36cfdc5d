package gorgonia

import "github.com/rhyton/rhyton/graph"

// index returns the loop for an operation on rows, or for a matrix product.
func (l loops[T]) index(op graph.Op) kernel {
	switch op := op.(type) {
	case graph.Gather:
		return func(out any, in []any) {
			n, width := l.in[0].Shape[0], l.in[0].Shape[1:].Size()
			y, x := out.([]T), in[0].([]T)
			for k, r := range indices(in[1]) {
				r = min(max(r, 0), n-1)
				copy(y[k*width:(k+1)*width], x[r*width:])
			}
		}
	case graph.Scatter:
		return l.scatter(op)
	case graph.MatMul:
		return l.matmul(op)
	}
	return nil
}

func indices(x any) (all []int) {
	switch x := x.(type) {
	case []uint8:
		return ints(x)
	case []int32:
		return ints(x)
	}
	return ints(x.([]int64))
}

func ints[T numeric](x []T) []int {
	all := make([]int, len(x))
	for i, v := range x {
		all[i] = int(v)
	}
	return all
}

func (l loops[T]) scatter(op graph.Scatter) kernel {
	f := binary[T](op.Fn, l.t.DType)
	n, width := l.in[0].Shape[0], l.in[0].Shape[1:].Size()
	return func(out any, in []any) {
		y, up := out.([]T), in[2].([]T)
		copy(y, in[0].([]T))
		for k, r := range indices(in[1]) {
			if r < 0 || r >= n {
				continue
			}
			for i, u := range up[k*width : (k+1)*width] {
				y[r*width+i] = f(y[r*width+i], u)
			}
		}
	}
}

func (l loops[T]) matmul(op graph.MatMul) kernel {
	r := len(l.t.Shape)
	m, n, k := l.t.Shape[r-2], l.t.Shape[r-1], l.in[0].Shape[r-1]
	rowA, colA, rowB, colB := k, 1, n, 1
	if op.TransA {
		k = l.in[0].Shape[r-2]
		rowA, colA = 1, m
	}
	if op.TransB {
		rowB, colB = 1, k
	}
	return func(out any, in []any) {
		y, a, b := out.([]T), in[0].([]T), in[1].([]T)
		clear(y)
		for batch := range l.t.Shape[:r-2].Size() {
			product(y[batch*m*n:], a[batch*m*k:], b[batch*k*n:], m, n, k, rowA, colA, rowB, colB)
		}
	}
}

func product[T numeric](y, a, b []T, m, n, k, rowA, colA, rowB, colB int) {
	for i := range m {
		for p := range k {
			x := a[i*rowA+p*colA]
			for j := range n {
				y[i*n+j] += x * b[p*rowB+j*colB]
			}
		}
	}
}
