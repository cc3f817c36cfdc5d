package fused

import "github.com/rhyton/rhyton/graph"

// Adam is one update of a weight (Kingma & Ba 2015, algorithm 1, in the form of Keras):
//
//	m' = m + (g-m)·(1-Beta1)    v' = v + (g²-v)·(1-Beta2)    w' = w - rate·m'/(√v' + Epsilon)
//
// where rate is a scalar that includes the bias corrections. Operands w, g, m, v, rate;
// results w', m', v'.
type Adam struct{ Beta1, Beta2, Epsilon float64 }

func (Adam) Infer(in []graph.Type) []graph.Type {
	for _, t := range in[1:4] {
		if !t.Equal(in[0]) {
			graph.Errorf("adam: operands %v and %v differ", in[0], t)
		}
	}
	if in[4].DType != in[0].DType || len(in[4].Shape) != 0 {
		graph.Errorf("adam: the rate is %v; want a scalar", in[4])
	}
	return []graph.Type{in[0], in[0], in[0]}
}

func (o Adam) Lower(in []node) []node {
	w, g, m, v := in[0], in[1], in[2], in[3]
	one := make([]int, w.Rank())
	for i := range one {
		one[i] = 1
	}
	rate := wide(reshape(in[4], one...), w.Shape)
	m = add(m, times(sub(g, m), 1-o.Beta1))
	v = add(v, times(sub(mul(g, g), v), 1-o.Beta2))
	step := div(mul(rate, m), add(un(graph.Sqrt, v), like(v, o.Epsilon)))
	return []node{sub(w, step), m, v}
}
