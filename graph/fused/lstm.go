package fused

import "github.com/rhyton/rhyton/graph"

type (
	// LSTM runs a long short-term memory (Hochreiter & Schmidhuber 1997, with forget gates) over
	// a sequence. Operands: the projected inputs with their bias z (time, batch, 4u) in the gate
	// order i, f, c, o of Keras; the recurrent kernel (u, 4u); the initial h and c (batch, u).
	// With σ the sigmoid, of z + h·kernel split in four:
	//
	//	c' = σ(f)·c + σ(i)·tanh(c̃)    h' = σ(o)·tanh(c')
	//
	// Results: every h (time, batch, u), the last h and c, and values for the gradient: the gates
	// after their activations (time, batch, 4u) and every c (time, batch, u). With Reverse, time
	// runs from the end; step t still uses index t.
	LSTM struct{ Reverse bool }
	// LSTMGrad computes the gradients of z, the kernel and the initial h and c. Operands: the
	// kernel, the initial h and c, every h, the gates, every c, and the gradients of every h, of
	// the last h and of the last c.
	LSTMGrad struct{ Reverse bool }
)

func (LSTM) Infer(in []graph.Type) []graph.Type {
	z, k, h := in[0], in[1], in[2]
	if len(z.Shape) != 3 || len(h.Shape) != 2 || z.Shape[2] != 4*h.Shape[1] || z.Shape[1] != h.Shape[0] ||
		!k.Shape.Equal(graph.Shape{h.Shape[1], z.Shape[2]}) || !in[3].Equal(h) || z.DType != h.DType || k.DType != h.DType {
		graph.Errorf("lstm: projected input %v, kernel %v, states %v and %v", z, k, h, in[3])
	}
	all := graph.Type{DType: h.DType, Shape: graph.Shape{z.Shape[0], h.Shape[0], h.Shape[1]}}
	return []graph.Type{all, h, h, z, all}
}

// part is block i of the last axis of x, in blocks of u.
func part(x node, i, u int) node {
	s := graph.Slice{Start: graph.RepeatDim(x.Rank(), 0), Stop: graph.DimsOf(x.Shape), Step: graph.RepeatDim(x.Rank(), 1)}
	s.Start.At[x.Rank()-1], s.Stop.At[x.Rank()-1] = i*u, (i+1)*u
	return graph.Apply(s, x)
}

func joined(xs ...node) node {
	return graph.Apply(graph.Concat{Axis: xs[0].Rank() - 1}, xs...)
}

func matmul(a, b node) node { return graph.Apply(graph.MatMul{}, a, b) }

// lstmStep returns the next c and the activated gates.
func lstmStep(z, c node, u int) (next, gates node) {
	i, f := un(graph.Sigmoid, part(z, 0, u)), un(graph.Sigmoid, part(z, 1, u))
	g, o := un(graph.Tanh, part(z, 2, u)), un(graph.Sigmoid, part(z, 3, u))
	return add(mul(f, c), mul(i, g)), joined(i, f, g, o)
}

func (op LSTM) Lower(in []node) []node {
	z, k, h0, c0 := in[0], in[1], in[2], in[3]
	u := h0.Shape[1]
	final, stack := graph.Loop{Init: []node{h0, c0}, Seqs: []node{z}, Reverse: op.Reverse}.Run(
		func(carry, x []node) (next, results []node) {
			c, gates := lstmStep(add(x[0], matmul(carry[0], k)), carry[1], u)
			h := mul(part(gates, 3, u), un(graph.Tanh, c))
			return []node{h, c}, []node{h, gates, c}
		})
	return []node{stack[0], final[0], final[1], stack[1], stack[2]}
}

func (op LSTM) Grad(n node, d []node) []node {
	if d[3] != nil || d[4] != nil { // a second derivative needs the gradients of the gates
		return graph.GradByDecomposition(op, n, d)
	}
	k, h0, c0 := n.In[1], n.In[2], n.In[3]
	return graph.ResultsOf(graph.Apply(LSTMGrad(op), k, h0, c0,
		graph.ResultOf(n, 0), graph.ResultOf(n, 3), graph.ResultOf(n, 4),
		orZero(d[0], n.Results[0], n), orZero(d[1], n.Results[1], n), orZero(d[2], n.Results[2], n)))
}

// orZero returns d, or zeros of type t.
func orZero(d node, t graph.Type, n node) node {
	if d != nil {
		return d
	}
	return n.Graph().Const(t.DType, 0, t.Shape...)
}

func (LSTMGrad) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{in[4], in[0], in[1], in[2]}
}

// before shifts a stack by one step: the state each step started with.
func before(stack, first node, reverse bool) node {
	n := stack.Shape[0]
	s := graph.Slice{Start: graph.RepeatDim(3, 0), Stop: graph.DimsOf(stack.Shape), Step: graph.RepeatDim(3, 1)}
	f := reshape(first, append([]int{1}, first.Shape...)...)
	if reverse {
		s.Start.At[0] = 1
		return graph.Apply(graph.Concat{}, graph.Apply(s, stack), f)
	}
	s.Stop.At[0] = n - 1
	return graph.Apply(graph.Concat{}, f, graph.Apply(s, stack))
}

func (op LSTMGrad) Lower(in []node) []node {
	k, h0, c0, hs, gates, cs := in[0], in[1], in[2], in[3], in[4], in[5]
	u := h0.Shape[1]
	final, stack := graph.Loop{Init: []node{in[7], in[8]}, Seqs: []node{in[6], gates, cs, before(cs, c0, op.Reverse)}, Reverse: !op.Reverse}.Run(
		func(carry, x []node) (next, results []node) {
			dh, g, c, prev := add(carry[0], x[0]), x[1], x[2], x[3]
			dz, dc := lstmStepGrad(dh, carry[1], g, c, prev, u)
			return []node{graph.Apply(graph.MatMul{TransB: true}, dz, k), dc}, []node{dz}
		})
	dz := stack[0]
	rows := dz.Shape[0] * dz.Shape[1]
	dk := graph.Apply(graph.MatMul{TransA: true}, reshape(before(hs, h0, op.Reverse), rows, u), reshape(dz, rows, 4*u))
	return []node{dz, dk, final[0], final[1]}
}

// lstmStepGrad returns the gradients of a step's z and of the previous c.
func lstmStepGrad(dh, dc, gates, c, prev node, u int) (dz, dprev node) {
	i, f, g, o := part(gates, 0, u), part(gates, 1, u), part(gates, 2, u), part(gates, 3, u)
	t := un(graph.Tanh, c)
	dc = add(dc, mul(mul(dh, o), sub(like(t, 1), mul(t, t))))
	slope := func(s node) node { return mul(s, sub(like(s, 1), s)) }
	dz = joined(mul(mul(dc, g), slope(i)), mul(mul(dc, prev), slope(f)),
		mul(mul(dc, i), sub(like(g, 1), mul(g, g))), mul(mul(dh, t), slope(o)))
	return dz, mul(dc, f)
}
