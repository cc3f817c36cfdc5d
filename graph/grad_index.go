package graph

func (Gather) Grad(n *Node, d []*Node) []*Node {
	x := n.In[0]
	return []*Node{Apply(Scatter{Add}, like(x, 0), clampRows(signed(n.In[1]), x.Shape[0]), d[0]), nil}
}

// signed converts indices to a type that can hold the number of rows.
func signed(idx *Node) *Node {
	if idx.DType == Uint8 {
		return Apply(Cast{Int32}, idx)
	}
	return idx
}

// clampRows puts indices into [0, n), as Gather does.
func clampRows(idx *Node, n int) *Node {
	return bin(Min, bin(Max, idx, like(idx, 0)), like(idx, float64(n-1)))
}

func (o Scatter) Grad(n *Node, d []*Node) []*Node {
	x, idx, up, dy := n.In[0], signed(n.In[1]), n.In[2], d[0]
	inside := rowMask(idx, x.Shape[0], up)
	dup := keep(inside, Apply(Gather{}, dy, idx))
	switch o.Fn {
	case Add:
		return []*Node{dy, nil, dup}
	case Set: // the last update of a row wins
		kept := Apply(Scatter{Set}, like(dy, 1), idx, like(up, 0))
		order := orderOf(idx, up)
		last := Apply(Scatter{Max}, x.g.Const(Int32, -1, x.Shape...), idx, order)
		won := compare(Equal, Apply(Gather{}, last, idx), order)
		return []*Node{bin(Mul, dy, kept), nil, keep(won, dup)}
	case Max, Min: // elements equal to the result share the gradient
		at := Apply(Gather{}, n, idx)
		hit := Apply(Cast{x.DType}, compare(Equal, up, at))
		own := Apply(Cast{x.DType}, compare(Equal, x, n))
		count := Apply(Scatter{Add}, own, idx, hit)
		share := bin(Div, dy, bin(Max, count, like(count, 1)))
		return []*Node{bin(Mul, own, share), nil, keep(inside, bin(Mul, hit, Apply(Gather{}, share, idx)))}
	}
	dx, dup := o.productGrad(n, dy)
	return []*Node{dx, nil, keep(inside, dup)}
}

// productGrad gives each factor the product of the others, without dividing by a zero: the
// product of the factors that are not 0 goes to all of these if none is 0, and to the one
// that is 0 if there is just one.
func (o Scatter) productGrad(n, dy *Node) (dx, dup *Node) {
	x, idx, up := n.In[0], n.In[1], n.In[2]
	zeros := func(v *Node) *Node { return compare(Equal, v, like(v, 0)) }
	filled := func(v *Node) *Node { return where(zeros(v), like(v, 1), v) }
	count := func(v *Node) *Node { return Apply(Cast{v.DType}, zeros(v)) }
	product := Apply(Scatter{Mul}, filled(x), idx, filled(up))
	none := Apply(Scatter{Add}, count(x), idx, count(up)) // number of zero factors
	share := func(v, product, none, dy *Node) *Node {
		alone := where(zeros(v), compare(Equal, none, like(none, 1)), compare(Equal, none, like(none, 0)))
		return keep(alone, bin(Mul, dy, bin(Div, product, filled(v))))
	}
	at := func(v *Node) *Node { return Apply(Gather{}, v, idx) }
	return share(x, product, none, dy), share(up, at(product), at(none), at(dy))
}

// rowMask is true, shaped as up, where the row's index is inside [0, n).
func rowMask(idx *Node, n int, up *Node) *Node {
	in := Apply(Binary{And}, compare(GreaterEqual, idx, like(idx, 0)), compare(Less, idx, like(idx, float64(n))))
	return expandRows(in, up)
}

// expandRows repeats a value of each index over the row it stands for.
func expandRows(v, up *Node) *Node {
	s := v.Shape.Clone()
	for len(s) < up.Rank() {
		s = append(s, 1)
	}
	return Apply(Broadcast{DimsOf(up.Shape)}, Apply(Reshape{DimsOf(s)}, v))
}

// orderOf numbers the indices, repeated over the rows.
func orderOf(idx, up *Node) *Node {
	count := idx.Shape.Size()
	n := idx.g.Apply(Iota{DType: Int32, Axis: 0, Dims: DimsOf([]int{count})})
	return expandRows(Apply(Reshape{DimsOf(idx.Shape)}, n), up)
}

func (o MatMul) Grad(n *Node, d []*Node) []*Node {
	a, b, dy := n.In[0], n.In[1], d[0]
	var da, db *Node
	if o.TransA {
		da = Apply(MatMul{o.TransB, true}, b, dy)
	} else {
		da = Apply(MatMul{false, !o.TransB}, dy, b)
	}
	if o.TransB {
		db = Apply(MatMul{true, o.TransA}, dy, a)
	} else {
		db = Apply(MatMul{!o.TransA, false}, a, dy)
	}
	return []*Node{da, db}
}
