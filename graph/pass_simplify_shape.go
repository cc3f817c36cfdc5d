package graph

// simplerShape applies the identities of operations that move or reduce elements.
func simplerShape(old *Node, in []*Node) *Node {
	switch op := old.Op.(type) {
	case Broadcast:
		return op.simpler(in[0])
	case Reshape:
		return op.simpler(in[0])
	case Transpose:
		return op.simpler(in[0])
	case Slice:
		return op.simpler(in[0], old.Shape)
	case Pad:
		if none := RepeatDim(op.Low.Rank, 0); op.Low == none && op.High == none && old.Shape.Equal(in[0].Shape) {
			return in[0]
		}
	case Concat:
		if len(in) == 1 {
			return in[0]
		}
	case Reverse:
		return op.simpler(in[0])
	case Reduce:
		return op.simpler(in[0])
	case Cumulate:
		if in[0].Shape[op.Axis] <= 1 {
			return in[0]
		}
	case MatMul:
		return op.simpler(in[0], in[1])
	}
	return nil
}

func (o Broadcast) simpler(x *Node) *Node {
	if x.Shape.Equal(o.To.Shape()) {
		return x
	}
	if _, ok := x.Op.(Broadcast); ok {
		return Apply(o, x.In[0])
	}
	return nil
}

func (o Reshape) simpler(x *Node) *Node {
	if x.Shape.Equal(o.To.Shape()) {
		return x
	}
	if _, ok := x.Op.(Reshape); ok {
		return o.simplest(x.In[0])
	}
	return nil
}

func (o Reshape) simplest(x *Node) *Node {
	if x.Shape.Equal(o.To.Shape()) {
		return x
	}
	return Apply(o, x)
}

// simpler merges two successive transpositions; one that only moves axes of extent 1 is a
// reshape.
func (o Transpose) simpler(x *Node) *Node {
	first := x
	if t, ok := x.Op.(Transpose); ok {
		first = x.In[0]
		for i := range o.Perm.Rank {
			o.Perm.At[i] = t.Perm.At[o.Perm.At[i]]
		}
	}
	last, moves, identity := -1, false, true
	for i := range o.Perm.Rank {
		p := o.Perm.At[i]
		identity = identity && p == i
		if first.Shape[p] != 1 {
			moves = moves || p < last
			last = p
		}
	}
	switch {
	case identity:
		return first
	case !moves:
		to := make(Shape, o.Perm.Rank)
		for i := range to {
			to[i] = first.Shape[o.Perm.At[i]]
		}
		return Reshape{DimsOf(to)}.after(first)
	case first != x:
		return Apply(o, first)
	}
	return nil
}

// after reshapes x, or the operand of x if x is a reshape.
func (o Reshape) after(x *Node) *Node {
	if n := o.simpler(x); n != nil {
		return n
	}
	return Apply(o, x)
}

func (o Slice) simpler(x *Node, to Shape) *Node {
	if to.Equal(x.Shape) {
		return x
	}
	s, ok := x.Op.(Slice)
	if !ok {
		return nil
	}
	for i := range o.Start.Rank {
		o.Stop.At[i] = min(s.Start.At[i]+o.Stop.At[i]*s.Step.At[i], s.Stop.At[i])
		o.Start.At[i] = min(s.Start.At[i]+o.Start.At[i]*s.Step.At[i], o.Stop.At[i])
		o.Step.At[i] *= s.Step.At[i]
	}
	return Apply(o, x.In[0])
}

func (o Reverse) simpler(x *Node) *Node {
	axes := o.Axes
	first := x
	if r, ok := x.Op.(Reverse); ok {
		axes ^= r.Axes
		first = x.In[0]
	}
	for i, d := range first.Shape {
		if d <= 1 {
			axes &^= 1 << i
		}
	}
	switch {
	case axes == 0:
		return first
	case axes != o.Axes || first != x:
		return Apply(Reverse{axes}, first)
	}
	return nil
}

// simpler drops axes of extent 1, merges successive reductions, and replaces the reduction of a
// broadcast by a multiplication.
func (o Reduce) simpler(x *Node) *Node {
	axes := o.Axes
	for i, d := range x.Shape {
		if d == 1 {
			axes &^= 1 << i
		}
	}
	if axes == 0 {
		return x
	}
	if r, ok := x.Op.(Reduce); ok && r.Fn == o.Fn {
		return Apply(Reduce{o.Fn, axes | r.Axes}, x.In[0])
	}
	if _, ok := x.Op.(Broadcast); ok && o.Fn != Mul {
		if n := o.ofCopies(x, axes); n != nil {
			return n
		}
	}
	if axes != o.Axes {
		return Apply(Reduce{o.Fn, axes}, x)
	}
	return nil
}

func (o Reduce) ofCopies(x *Node, axes uint32) *Node {
	from := x.In[0]
	copies := 1
	for i, d := range x.Shape {
		if d == from.Shape[i] {
			continue
		}
		if axes>>i&1 == 0 || d == 0 {
			return nil
		}
		copies *= d
		axes &^= 1 << i
	}
	if axes != 0 {
		from = Apply(Reduce{o.Fn, axes}, from)
	}
	if o.Fn != Add {
		return from
	}
	if !exact(x.DType, float64(copies)) {
		return nil
	}
	return times(from, float64(copies))
}

// simpler moves a transposition of the last two axes into the product.
func (o MatMul) simpler(a, b *Node) *Node {
	at, bt := flipped(a), flipped(b)
	if at == nil && bt == nil {
		return nil
	}
	if at != nil {
		a, o.TransA = at, !o.TransA
	}
	if bt != nil {
		b, o.TransB = bt, !o.TransB
	}
	return Apply(o, a, b)
}

// flipped returns the operand of n if n transposes only its last two axes, otherwise nil.
func flipped(n *Node) *Node {
	t, ok := n.Op.(Transpose)
	if !ok {
		return nil
	}
	r := t.Perm.Rank
	for i := range r - 2 {
		if t.Perm.At[i] != i {
			return nil
		}
	}
	if t.Perm.At[r-2] != r-1 {
		return nil
	}
	return n.In[0]
}
