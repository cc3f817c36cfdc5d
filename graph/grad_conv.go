package graph

// The convolution and its two gradients are each linear in both operands and are each other's
// gradients.

func (o Conv) Grad(n *Node, d []*Node) []*Node {
	x, f := n.In[0], n.In[1]
	return []*Node{Apply(ConvGradInput{o, DimsOf(x.Shape)}, d[0], f), Apply(ConvGradFilter{o, DimsOf(f.Shape)}, x, d[0])}
}

func (o ConvGradInput) Grad(n *Node, d []*Node) []*Node {
	dy, f := n.In[0], n.In[1]
	return []*Node{Apply(o.Conv, d[0], f), Apply(ConvGradFilter{o.Conv, DimsOf(f.Shape)}, d[0], dy)}
}

func (o ConvGradFilter) Grad(n *Node, d []*Node) []*Node {
	x, dy := n.In[0], n.In[1]
	return []*Node{Apply(ConvGradInput{o.Conv, DimsOf(x.Shape)}, dy, d[0]), Apply(o.Conv, x, d[0])}
}

func (o Pool) Grad(n *Node, d []*Node) []*Node {
	return []*Node{Apply(PoolGrad{o}, n.In[0], d[0])}
}

func (o PoolGrad) Grad(n *Node, d []*Node) []*Node {
	if o.Fn == Add {
		return []*Node{nil, Apply(o.Pool, d[0])}
	}
	return []*Node{nil, Apply(MaxPoolGather(o), n.In[0], d[0])}
}

func (o MaxPoolGather) Grad(n *Node, d []*Node) []*Node {
	return []*Node{nil, Apply(PoolGrad(o), n.In[0], d[0])}
}
