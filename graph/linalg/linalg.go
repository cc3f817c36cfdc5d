// Package linalg provides matrix decompositions and linear solvers as composite operations. Each
// one decomposes into primitives, usually as a loop over columns, and defines a gradient that
// does not differentiate that loop. A device may implement them directly.
//
// All of them work on batches of matrices: (batch, rows, columns) of floats.
package linalg

import "github.com/rhyton/rhyton/graph"

type node = *graph.Node

func un(f graph.Fn, x node) node     { return graph.Apply(graph.Unary{Fn: f}, x) }
func bin(f graph.Fn, a, b node) node { return graph.Apply(graph.Binary{Fn: f}, a, b) }
func add(a, b node) node             { a, b = level(a, b); return bin(graph.Add, a, b) }
func sub(a, b node) node             { a, b = level(a, b); return bin(graph.Sub, a, b) }
func mul(a, b node) node             { a, b = level(a, b); return bin(graph.Mul, a, b) }
func div(a, b node) node             { a, b = level(a, b); return bin(graph.Div, a, b) }
func neg(x node) node                { return un(graph.Neg, x) }
func like(x node, v float64) node    { return x.Graph().Const(x.DType, v, x.Shape...) }
func times(x node, k float64) node   { return mul(x, like(x, k)) }
func cast(x node, d graph.DType) node {
	if x.DType == d {
		return x
	}
	return graph.Apply(graph.Cast{To: d}, x)
}
func reshape(x node, s ...int) node { return graph.Apply(graph.Reshape{To: graph.DimsOf(s)}, x) }
func compare(f graph.Fn, a, b node) node {
	a, b = level(a, b)
	return graph.Apply(graph.Compare{Fn: f}, a, b)
}

// where selects; cond, a and b broadcast.
func where(cond, a, b node) node {
	a, b = level(a, b)
	cond, a = level(cond, a)
	cond, b = level(cond, b)
	a, b = level(a, b)
	return graph.Apply(graph.Select{}, cond, a, b)
}

// level broadcasts two values of the same rank to a common shape.
func level(a, b node) (node, node) {
	to := a.Shape.Clone()
	for i, d := range b.Shape {
		if to[i] == 1 {
			to[i] = d
		}
	}
	return wide(a, to), wide(b, to)
}

func wide(x node, to graph.Shape) node {
	if x.Shape.Equal(to) {
		return x
	}
	return graph.Apply(graph.Broadcast{To: graph.DimsOf(to)}, x)
}

// sum adds over one axis, which keeps an extent of 1.
func sum(x node, axis int) node { return graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1 << axis}, x) }

// mm multiplies a·b; tn is aᵀ·b and nt is a·bᵀ.
func mm(a, b node) node { return graph.Apply(graph.MatMul{}, a, b) }
func tn(a, b node) node { return graph.Apply(graph.MatMul{TransA: true}, a, b) }
func nt(a, b node) node { return graph.Apply(graph.MatMul{TransB: true}, a, b) }

// transpose transposes each matrix.
func transpose(x node) node { return permute(x, 0, 2, 1) }

func permute(x node, perm ...int) node {
	return graph.Apply(graph.Transpose{Perm: graph.DimsOf(perm)}, x)
}

// count is 0, 1, … along axis of a value of the given shape, as int32.
func count(g *graph.Graph, axis int, shape ...int) node {
	return g.Apply(graph.Iota{DType: graph.Int32, Axis: axis, Dims: graph.DimsOf(shape)})
}

// triangle keeps the elements of each matrix whose row compares as given to their column.
func triangle(x node, f graph.Fn) node {
	m, n := x.Shape[1], x.Shape[2]
	g := x.Graph()
	in := compare(f, count(g, 1, 1, m, n), count(g, 2, 1, m, n))
	return where(in, x, like(x, 0))
}

func lower(x node) node { return triangle(x, graph.GreaterEqual) }
func upper(x node) node { return triangle(x, graph.LessEqual) }

// eye is an identity matrix (1, m, n) of x's type.
func eye(x node, m, n int) node {
	g := x.Graph()
	return cast(compare(graph.Equal, count(g, 1, 1, m, n), count(g, 2, 1, m, n)), x.DType)
}

// diagonal returns the diagonals of (batch, m, n) as (batch, 1, n), which broadcasts over rows.
func diagonal(x node) node {
	return sum(triangle(x, graph.Equal), 1)
}

// column selects column j, a scalar, of (batch, m, n): (batch, m, 1).
func column(x, j node) node { return sum(where(is(x, 2, j), x, like(x, 0)), 2) }

// row selects row i, a scalar, of (batch, m, n): (batch, 1, n).
func row(x, i node) node { return sum(where(is(x, 1, i), x, like(x, 0)), 1) }

// is returns where the index along axis of matrices is i, a scalar.
func is(x node, axis int, i node) node { return indexed(graph.Equal, x, axis, i) }

// indexed returns where the index along axis of x compares as given to i, a scalar.
func indexed(f graph.Fn, x node, axis int, i node) node {
	s := []int{1, 1, 1}
	one := reshape(i, s...)
	s[axis] = x.Shape[axis]
	return compare(f, count(x.Graph(), axis, s...), one)
}

// span selects lo to hi-1 along an axis.
func span(x node, axis, lo, hi int) node {
	o := graph.Slice{Start: graph.RepeatDim(x.Rank(), 0), Stop: graph.DimsOf(x.Shape), Step: graph.RepeatDim(x.Rank(), 1)}
	o.Start.At[axis], o.Stop.At[axis] = lo, hi
	return graph.Apply(o, x)
}

func concat(axis int, xs ...node) node { return graph.Apply(graph.Concat{Axis: axis}, xs...) }

// rows selects the rows at (batch, k) of x (batch, n, m): (batch, k, m).
func rows(x, at node) node {
	b, n, m := x.Shape[0], x.Shape[1], x.Shape[2]
	k := at.Shape[1]
	from := bin(graph.Mul, count(x.Graph(), 0, b, k), x.Graph().Const(graph.Int32, float64(n), b, k))
	flat := reshape(bin(graph.Add, from, at), b*k)
	return reshape(graph.Apply(graph.Gather{}, reshape(x, b*n, m), flat), b, k, m)
}

// columns selects the columns at (batch, k) of x.
func columns(x, at node) node { return transpose(rows(transpose(x), at)) }

// square checks that t is a batch of square matrices.
func square(who string, t graph.Type) {
	if !t.DType.IsFloat() || len(t.Shape) != 3 || t.Shape[1] != t.Shape[2] || t.Shape[1] < 1 {
		graph.Errorf("%s: got %v; want square matrices of floats", who, t)
	}
}

func matrices(who string, t graph.Type) {
	if !t.DType.IsFloat() || len(t.Shape) != 3 || t.Shape[1] < 1 || t.Shape[2] < 1 {
		graph.Errorf("%s: got %v; want matrices of floats", who, t)
	}
}

// exact returns x in the type used for decompositions by rotation.
func exact(x node) node { return cast(x, graph.Float64) }

// orZero is d, or zeros shaped as x if nothing flows.
func orZero(d, x node) node {
	if d == nil {
		return like(x, 0)
	}
	return d
}
