package graph

func (o Broadcast) Grad(n *Node, d []*Node) []*Node {
	var axes uint32
	for i, e := range n.In[0].Shape {
		if e != n.Shape[i] {
			axes |= 1 << i
		}
	}
	return []*Node{Apply(Reduce{Add, axes}, d[0])}
}

func (Reshape) Grad(n *Node, d []*Node) []*Node {
	return []*Node{Apply(Reshape{DimsOf(n.In[0].Shape)}, d[0])}
}

func (o Transpose) Grad(n *Node, d []*Node) []*Node {
	inverse := o.Perm
	for i := range o.Perm.Rank {
		inverse.At[o.Perm.At[i]] = i
	}
	return []*Node{Apply(Transpose{inverse}, d[0])}
}

func (o Slice) Grad(n *Node, d []*Node) []*Node {
	r := o.Start.Rank
	p := Pad{Low: o.Start, High: RepeatDim(r, 0), Interior: RepeatDim(r, 0)}
	for i := range r {
		if n.Shape[i] == 0 {
			return []*Node{like(n.In[0], 0)}
		}
		p.Interior.At[i] = o.Step.At[i] - 1
		last := o.Start.At[i] + (n.Shape[i]-1)*o.Step.At[i]
		p.High.At[i] = n.In[0].Shape[i] - 1 - last
	}
	return []*Node{Apply(p, d[0])}
}

func (o Pad) Grad(n *Node, d []*Node) []*Node {
	r := o.Low.Rank
	s := Slice{Start: o.Low, Stop: RepeatDim(r, 0), Step: RepeatDim(r, 1)}
	for i := range r {
		s.Stop.At[i] = n.Shape[i] - o.High.At[i]
		s.Step.At[i] = o.Interior.At[i] + 1
	}
	return []*Node{Apply(s, d[0])}
}

func (o Concat) Grad(n *Node, d []*Node) []*Node {
	out := make([]*Node, len(n.In))
	at := 0
	for i, x := range n.In {
		s := Slice{Start: RepeatDim(n.Rank(), 0), Stop: DimsOf(n.Shape), Step: RepeatDim(n.Rank(), 1)}
		s.Start.At[o.Axis] = at
		at += x.Shape[o.Axis]
		s.Stop.At[o.Axis] = at
		out[i] = Apply(s, d[0])
	}
	return out
}

func (o Reverse) Grad(n *Node, d []*Node) []*Node { return []*Node{Apply(o, d[0])} }
