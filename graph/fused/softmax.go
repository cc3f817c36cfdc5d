package fused

import "github.com/rhyton/rhyton/graph"

type (
	// Softmax is exp(x - max) / Σ exp(x - max) over the last axis.
	Softmax struct{}
	// SoftmaxGrad is Softmax's gradient from its result y and dy: y·(dy - Σ dy·y).
	SoftmaxGrad struct{}
	// LogSoftmax is x - max - log Σ exp(x - max) over the last axis.
	LogSoftmax struct{}
	// SoftmaxCrossEntropy is the loss of each row of logits (…, k) for a class (…), an integer in
	// [0, k): log Σ exp x - x[class]. For a class out of range it is 0, and so is its gradient.
	SoftmaxCrossEntropy struct{}
	// SoftmaxCrossEntropyGrad is its gradient from logits, classes and dy (…):
	// (softmax(x) - onehot(class))·dy.
	SoftmaxCrossEntropyGrad struct{}
)

func (Softmax) Infer(in []graph.Type) []graph.Type {
	floatOf("softmax", in[0], 1)
	return in[:1]
}

func (Softmax) Lower(in []node) []node {
	x := in[0]
	e := un(graph.Exp, sub(x, wide(largest(x, last(x)), x.Shape)))
	return []node{div(e, wide(sum(e, last(x)), x.Shape))}
}

func (Softmax) Grad(n node, d []node) []node {
	return []node{graph.Apply(SoftmaxGrad{}, n, d[0])}
}

func (SoftmaxGrad) Infer(in []graph.Type) []graph.Type { return in[:1] }

func (SoftmaxGrad) Lower(in []node) []node {
	y, dy := in[0], in[1]
	s := sum(mul(dy, y), last(y))
	return []node{mul(y, sub(dy, wide(s, y.Shape)))}
}

func (LogSoftmax) Infer(in []graph.Type) []graph.Type {
	floatOf("log_softmax", in[0], 1)
	return in[:1]
}

func (LogSoftmax) Lower(in []node) []node {
	x := in[0]
	z := sub(x, wide(largest(x, last(x)), x.Shape))
	return []node{sub(z, wide(un(graph.Log, sum(un(graph.Exp, z), last(x))), x.Shape))}
}

func (LogSoftmax) Grad(n node, d []node) []node {
	dy := d[0]
	s := wide(sum(dy, last(dy)), dy.Shape)
	return []node{sub(dy, mul(graph.Apply(Softmax{}, n.In[0]), s))}
}

func (SoftmaxCrossEntropy) Infer(in []graph.Type) []graph.Type {
	x, class := in[0], in[1]
	floatOf("softmax cross-entropy", x, 1)
	want := x.Shape[:len(x.Shape)-1]
	if !class.DType.IsInt() || !class.Shape.Equal(want) {
		graph.Errorf("softmax cross-entropy: classes %v for logits %v; want integers of shape %v", class, x, want)
	}
	return []graph.Type{{DType: x.DType, Shape: want}}
}

// hot is 1 where the index along the last axis is the class.
func hot(class node, x node) node {
	r := x.Rank()
	at := x.Graph().Apply(graph.Iota{DType: class.DType, Axis: r - 1, Dims: graph.DimsOf(x.Shape)})
	c := wide(reshape(class, append(class.Shape.Clone(), 1)...), x.Shape)
	return cast(graph.Apply(graph.Compare{Fn: graph.Equal}, at, c), x.DType)
}

func (SoftmaxCrossEntropy) Lower(in []node) []node {
	x, class := in[0], in[1]
	p := graph.Apply(LogSoftmax{}, x)
	h := hot(class, x)
	// Select instead of multiplication: a logit of -Inf in another class must not give NaN.
	picked := graph.Apply(graph.Select{}, cast(h, graph.Bool), p, like(p, 0))
	return []node{reshape(un(graph.Neg, sum(picked, last(x))), class.Shape...)}
}

func (SoftmaxCrossEntropy) Grad(n node, d []node) []node {
	return []node{graph.Apply(SoftmaxCrossEntropyGrad{}, n.In[0], n.In[1], d[0]), nil}
}

func (SoftmaxCrossEntropyGrad) Infer(in []graph.Type) []graph.Type { return in[:1] }

func (SoftmaxCrossEntropyGrad) Lower(in []node) []node {
	x, class, dy := in[0], in[1], in[2]
	h := hot(class, x)
	col := func(v node) node { return wide(v, x.Shape) }
	known := sum(h, last(x)) // 0 for a class out of range
	g := sub(mul(graph.Apply(Softmax{}, x), col(known)), h)
	return []node{mul(g, col(reshape(dy, append(dy.Shape.Clone(), 1)...)))}
}
