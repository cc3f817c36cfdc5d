package fused

import "github.com/rhyton/rhyton/graph"

type (
	// LayerNorm normalizes the last axis of x (…, k): (x - mean)/√(variance + Epsilon)·gamma + beta,
	// with the population variance. Operands x, gamma (k), beta (k).
	LayerNorm struct{ Epsilon float64 }
	// LayerNormGrad computes the gradients of x, gamma and beta from x, gamma and dy.
	LayerNormGrad struct{ Epsilon float64 }
	// BatchNorm normalizes each feature of x (…, k) by its statistics over all other
	// axes. Operands x, gamma (k), beta (k); results y, mean (k), population variance (k).
	BatchNorm struct{ Epsilon float64 }
	// BatchNormGrad computes the gradients of x, gamma and beta from x, gamma, mean, variance and
	// dy.
	BatchNormGrad struct{ Epsilon float64 }
)

func (LayerNorm) Infer(in []graph.Type) []graph.Type {
	floatOf("layer norm", in[0], 1)
	vectorOf("layer norm", "gamma", in[1], in[0])
	vectorOf("layer norm", "beta", in[2], in[0])
	return in[:1]
}

// normalized returns (x - mean)/std and 1/std over the axes.
func normalized(x node, axes uint32, epsilon float64) (y, rstd, mean, variance node) {
	n := 1
	for i, d := range x.Shape {
		if axes>>i&1 != 0 {
			n *= d
		}
	}
	mean = times(sum(x, axes), 1/float64(n))
	c := sub(x, wide(mean, x.Shape))
	variance = times(sum(mul(c, c), axes), 1/float64(n))
	rstd = un(graph.Rsqrt, add(variance, like(variance, epsilon)))
	return mul(c, wide(rstd, x.Shape)), rstd, mean, variance
}

func (o LayerNorm) Lower(in []node) []node {
	x := in[0]
	y, _, _, _ := normalized(x, last(x), o.Epsilon)
	return []node{add(mul(y, rows(in[1], x)), rows(in[2], x))}
}

func (o LayerNorm) Grad(n node, d []node) []node {
	return graph.ResultsOf(graph.Apply(LayerNormGrad(o), n.In[0], n.In[1], d[0]))
}

func (LayerNormGrad) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{in[0], in[1], in[1]}
}

func (o LayerNormGrad) Lower(in []node) []node {
	x, gamma, dy := in[0], in[1], in[2]
	y, rstd, _, _ := normalized(x, last(x), o.Epsilon)
	return []node{normGrad(mul(dy, rows(gamma, x)), y, rstd, last(x)), over(mul(dy, y)), over(dy)}
}

// normGrad is the gradient through (x - mean)·rstd: rstd·(d - mean(d) - y·mean(d·y)).
func normGrad(d, y, rstd node, axes uint32) node {
	n := float64(d.Shape.Size()) / float64(rstd.Shape.Size())
	m := wide(times(sum(d, axes), 1/n), d.Shape)
	my := wide(times(sum(mul(d, y), axes), 1/n), d.Shape)
	return mul(wide(rstd, d.Shape), sub(sub(d, m), mul(y, my)))
}

func (BatchNorm) Infer(in []graph.Type) []graph.Type {
	floatOf("batch norm", in[0], 2)
	vectorOf("batch norm", "gamma", in[1], in[0])
	vectorOf("batch norm", "beta", in[2], in[0])
	return []graph.Type{in[0], in[1], in[1]}
}

func (o BatchNorm) Lower(in []node) []node {
	x := in[0]
	y, _, mean, variance := normalized(x, last(x)-1, o.Epsilon)
	k := x.Shape[x.Rank()-1]
	return []node{add(mul(y, rows(in[1], x)), rows(in[2], x)), reshape(mean, k), reshape(variance, k)}
}

// Grad uses BatchNormGrad if only y has a gradient, as in training; gradients through the
// statistics use the decomposition.
func (o BatchNorm) Grad(n node, d []node) []node {
	if d[1] != nil || d[2] != nil {
		return graph.GradByDecomposition(o, n, d)
	}
	return graph.ResultsOf(graph.Apply(BatchNormGrad(o), n.In[0], n.In[1], graph.ResultOf(n, 1), graph.ResultOf(n, 2), d[0]))
}

func (BatchNormGrad) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{in[0], in[1], in[1]}
}

// Lower recomputes mean and variance, so that second derivatives include their dependence on x.
func (o BatchNormGrad) Lower(in []node) []node {
	x, gamma, dy := in[0], in[1], in[4]
	y, rstd, _, _ := normalized(x, last(x)-1, o.Epsilon)
	return []node{normGrad(mul(dy, rows(gamma, x)), y, rstd, last(x)-1), over(mul(dy, y)), over(dy)}
}
