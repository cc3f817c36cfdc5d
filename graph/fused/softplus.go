package fused

import "github.com/rhyton/rhyton/graph"

// Softplus is log(1 + eˣ) = max(x, 0) + log(1 + e^-|x|). Its gradient is the sigmoid, so
// derivatives of any order are correct at 0 too.
type Softplus struct{}

func (Softplus) Infer(in []graph.Type) []graph.Type {
	floatOf("softplus", in[0], 0)
	return in[:1]
}

func (Softplus) Lower(in []node) []node {
	x := in[0]
	e := un(graph.Exp, un(graph.Neg, un(graph.Abs, x)))
	return []node{add(bin(graph.Max, x, like(x, 0)), un(graph.Log1p, e))}
}

func (Softplus) Grad(n node, d []node) []node {
	return []node{mul(d[0], un(graph.Sigmoid, n.In[0]))}
}
