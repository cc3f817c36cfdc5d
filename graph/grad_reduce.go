package graph

func (o Reduce) Grad(n *Node, d []*Node) []*Node {
	x, dy := n.In[0], d[0]
	if x.Shape.Size() == 0 {
		return []*Node{like(x, 0)}
	}
	wide := func(v *Node) *Node { return Apply(Broadcast{DimsOf(x.Shape)}, v) }
	switch o.Fn {
	case Add:
		return []*Node{wide(dy)}
	case Mul:
		return []*Node{bin(Mul, wide(dy), o.others(x))}
	case Max, Min: // equal extremes share the gradient, as in Keras on JAX and TensorFlow
		hit := Apply(Cast{x.DType}, compare(Equal, x, wide(n)))
		count := Apply(Reduce{Add, o.Axes}, hit)
		return []*Node{bin(Mul, hit, wide(bin(Div, dy, count)))}
	}
	return []*Node{nil}
}

// others returns, for each element, the product of the other elements it is reduced with: the
// product of those before it times those after it. It does not divide, so zeros are handled
// correctly.
func (o Reduce) others(x *Node) *Node {
	var perm, rest []int
	for i := range x.Shape {
		if o.Has(i) {
			rest = append(rest, i)
		} else {
			perm = append(perm, i)
		}
	}
	keep := len(perm)
	perm = append(perm, rest...)
	t := Apply(Transpose{DimsOf(perm)}, x)
	n := 1
	for _, i := range rest {
		n *= x.Shape[i]
	}
	flat := Apply(Reshape{DimsOf(append(t.Shape[:keep:keep], n))}, t)
	both := bin(Mul, shiftedProduct(flat, keep, false), shiftedProduct(flat, keep, true))
	back := Transpose{Perm: DimsOf(perm)}
	for i, p := range perm {
		back.Perm.At[p] = i
	}
	return Apply(back, Apply(Reshape{DimsOf(t.Shape)}, both))
}

// shiftedProduct returns for each element the product of all elements before it (after it, if
// reverse).
func shiftedProduct(x *Node, axis int, reverse bool) *Node {
	r := x.Rank()
	cum := Apply(Cumulate{Mul, axis, reverse}, x)
	s := Slice{Start: RepeatDim(r, 0), Stop: DimsOf(x.Shape), Step: RepeatDim(r, 1)}
	p := Pad{Low: RepeatDim(r, 0), High: RepeatDim(r, 0), Interior: RepeatDim(r, 0), Value: 1}
	if reverse {
		s.Start.At[axis], p.High.At[axis] = 1, 1
	} else {
		s.Stop.At[axis], p.Low.At[axis] = x.Shape[axis]-1, 1
	}
	return Apply(p, Apply(s, cum))
}

func (o Cumulate) Grad(n *Node, d []*Node) []*Node {
	x, dy := n.In[0], d[0]
	if n.Shape.Size() == 0 {
		return []*Node{dy}
	}
	switch o.Fn {
	case Add:
		return []*Node{Apply(Cumulate{Add, o.Axis, !o.Reverse}, dy)}
	case Mul:
		return []*Node{o.productGrad(x, dy)}
	}
	return []*Node{o.extremeGrad(n, dy)}
}

// productGrad is the product of the elements before x[t] times s[t], where s[t] = dy[t] +
// x[t+1]·s[t+1] accumulates later gradients. It does not divide, so zeros are handled correctly.
func (o Cumulate) productGrad(x, dy *Node) *Node {
	swap := Transpose{Perm: RepeatDim(x.Rank(), 0)}
	for i := range x.Rank() {
		swap.Perm.At[i] = i
	}
	swap.Perm.At[0], swap.Perm.At[o.Axis] = o.Axis, 0
	seqs := []*Node{Apply(swap, x), Apply(swap, dy)}
	zero := x.g.Const(x.DType, 0, seqs[0].Shape[1:]...)
	_, s := Loop{Init: []*Node{zero}, Seqs: seqs, Reverse: !o.Reverse}.Run(func(later, at []*Node) (next, results []*Node) {
		sum := bin(Add, at[1], later[0])
		return []*Node{bin(Mul, at[0], sum)}, []*Node{sum}
	})
	return bin(Mul, shiftedProduct(x, o.Axis, o.Reverse), Apply(swap, s[0]))
}

// extremeGrad routes each gradient to the element that is the running extreme: the last one that
// reached it.
func (o Cumulate) extremeGrad(n, dy *Node) *Node {
	r, a, size := n.Rank(), o.Axis, n.Shape[o.Axis]
	at := n.g.Apply(Iota{DType: Int32, Axis: a, Dims: DimsOf(n.Shape)})
	pad, better := -1.0, Max
	if o.Reverse {
		pad, better = float64(size), Min
	}
	hit := compare(Equal, n.In[0], n)
	where := Apply(Cumulate{better, a, o.Reverse}, where(hit, at, like(at, pad))) // position of the extreme
	wide := append(n.Shape.Clone(), size)
	to := Apply(Broadcast{DimsOf(wide)}, Apply(Reshape{DimsOf(append(n.Shape.Clone(), 1))}, where))
	pos := n.g.Apply(Iota{DType: Int32, Axis: r, Dims: DimsOf(wide)})
	dys := Apply(Broadcast{DimsOf(wide)}, Apply(Reshape{DimsOf(append(n.Shape.Clone(), 1))}, dy))
	sum := Apply(Reduce{Add, 1 << a}, keep(compare(Equal, to, pos), dys)) // axis a is 1, axis r is the position
	perm := make([]int, r+1)
	for i := range perm {
		perm[i] = i
	}
	perm[a], perm[r] = r, a
	return Apply(Reshape{DimsOf(n.Shape)}, Apply(Transpose{DimsOf(perm)}, sum))
}
