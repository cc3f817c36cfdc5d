// Package fused provides composite operations that a device may implement directly, because that
// is faster or more accurate than their decomposition into primitives. Each one decomposes itself
// (Lower) for other devices and defines its gradient.
package fused

import "github.com/rhyton/rhyton/graph"

type node = *graph.Node

func un(f graph.Fn, x node) node      { return graph.Apply(graph.Unary{Fn: f}, x) }
func bin(f graph.Fn, a, b node) node  { return graph.Apply(graph.Binary{Fn: f}, a, b) }
func add(a, b node) node              { return bin(graph.Add, a, b) }
func sub(a, b node) node              { return bin(graph.Sub, a, b) }
func mul(a, b node) node              { return bin(graph.Mul, a, b) }
func div(a, b node) node              { return bin(graph.Div, a, b) }
func like(x node, v float64) node     { return x.Graph().Const(x.DType, v, x.Shape...) }
func times(x node, k float64) node    { return mul(x, like(x, k)) }
func reshape(x node, s ...int) node   { return graph.Apply(graph.Reshape{To: graph.DimsOf(s)}, x) }
func wide(x node, s graph.Shape) node { return graph.Apply(graph.Broadcast{To: graph.DimsOf(s)}, x) }
func cast(x node, d graph.DType) node { return graph.Apply(graph.Cast{To: d}, x) }
func sum(x node, axes uint32) node    { return graph.Apply(graph.Reduce{Fn: graph.Add, Axes: axes}, x) }
func largest(x node, axes uint32) node {
	return graph.Apply(graph.Reduce{Fn: graph.Max, Axes: axes}, x)
}

// last is the axis mask of x's last axis.
func last(x node) uint32 { return 1 << (x.Rank() - 1) }

// rows repeats a vector (k) over the rows of x (…, k).
func rows(v, x node) node {
	s := make([]int, x.Rank())
	for i := range s {
		s[i] = 1
	}
	s[len(s)-1] = x.Shape[len(s)-1]
	return wide(reshape(v, s...), x.Shape)
}

// over sums x (…, k) over all but the last axis: (k).
func over(x node) node {
	return reshape(sum(x, last(x)-1), x.Shape[x.Rank()-1])
}

func floatOf(who string, t graph.Type, rank int) {
	if !t.DType.IsFloat() || len(t.Shape) < rank {
		graph.Errorf("%s: got %v; want floats of rank %d or more", who, t, rank)
	}
}

// vectorOf checks that t is a vector of x's last extent and type.
func vectorOf(who, what string, t, x graph.Type) {
	k := x.Shape[len(x.Shape)-1]
	if t.DType != x.DType || !t.Shape.Equal(graph.Shape{k}) {
		graph.Errorf("%s: %s is %v; want %v", who, what, t, graph.Type{DType: x.DType, Shape: graph.Shape{k}})
	}
}
