package fused

import "github.com/rhyton/rhyton/graph"

type (
	// Attention is scaled dot-product attention of several heads (Vaswani et al. 2017):
	//
	//	dropout(softmax(Scale·q·kᵀ + bias))·v
	//
	// over the keys that each query sees. Operands: q (batch, queries, heads, dim), k (batch,
	// keys, key heads, dim), v (batch, keys, key heads, value dim), with Seen, bools that are
	// true where a query sees a key, and, with Bias, a value added to the logits; both have shape
	// (batch, heads, queries, keys), where each of the first three may be 1. The number of key
	// heads divides the number of heads: adjacent heads share a head of keys and values. Result
	// (batch, queries, heads, value dim).
	Attention struct {
		Scale  float64 // must be positive
		Hidden float64 // the logit of a key that is not seen; a query that sees none attends to all equally
		Causal bool    // query i sees only the keys up to i
		Strict bool    // a query that sees no key attends to none
		Seen   bool    // there is a Seen operand
		Bias   bool    // there is a Bias operand
		Rate   float64 // dropout rate of the weights, see Dropout; 0 for none
		Stream uint64  // random stream of the dropout
	}
	// AttentionGrad computes the gradients of q, k and v. Operands: those of Attention and the
	// gradient of its result.
	AttentionGrad Attention
)

// The dimensions of attention.
const (
	batchAxis = iota
	timeAxis
	headAxis
	dimAxis
)

func (o Attention) Infer(in []graph.Type) []graph.Type {
	if want := 3 + count(o.Seen) + count(o.Bias); len(in) != want {
		graph.Errorf("attention: %d operands; want %d", len(in), want)
	}
	q, k, v := in[0], in[1], in[2]
	for _, t := range in[:3] {
		if len(t.Shape) != 4 || t.DType != q.DType || !t.DType.IsFloat() {
			graph.Errorf("attention: query %v, key %v, value %v; want floats of (batch, time, heads, dim)", q, k, v)
		}
	}
	n, h, shared := q.Shape[batchAxis], q.Shape[headAxis], k.Shape[headAxis]
	if k.Shape[batchAxis] != n || k.Shape[dimAxis] != q.Shape[dimAxis] || shared == 0 || h%shared != 0 ||
		!v.Shape[:dimAxis].Equal(k.Shape[:dimAxis]) {
		graph.Errorf("attention: query %v, key %v, value %v do not fit", q, k, v)
	}
	if !(o.Scale > 0) || !(o.Rate >= 0 && o.Rate < 1) || !(o.Hidden <= 0) {
		graph.Errorf("attention: scale %v, rate %v, hidden %v", o.Scale, o.Rate, o.Hidden)
	}
	logits := graph.Shape{n, h, q.Shape[timeAxis], k.Shape[timeAxis]}
	for i, t := range in[3:] {
		d := q.DType
		if i == 0 && o.Seen {
			d = graph.Bool
		}
		if t.DType != d || !repeats(t.Shape, logits) {
			graph.Errorf("attention: mask or bias is %v; want %v", t, graph.Type{DType: d, Shape: logits})
		}
	}
	return []graph.Type{{DType: q.DType, Shape: graph.Shape{n, q.Shape[timeAxis], h, v.Shape[dimAxis]}}}
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

// repeats reports whether s is the shape of the logits, except for ones before the last axis.
func repeats(s, logits graph.Shape) bool {
	if len(s) != len(logits) || s[3] != logits[3] {
		return false
	}
	for i := range 3 {
		if s[i] != 1 && s[i] != logits[i] {
			return false
		}
	}
	return true
}

// Split returns the operands of Attention by name; mask and bias are nil if there are none.
func (o Attention) Split(in []node) (q, k, v, seen, bias node) {
	q, k, v = in[0], in[1], in[2]
	rest := in[3:]
	if o.Seen {
		seen, rest = rest[0], rest[1:]
	}
	if o.Bias {
		bias = rest[0]
	}
	return q, k, v, seen, bias
}

func (o Attention) Lower(in []node) []node {
	p := o.decompose(in)
	return []node{swapHeads(matmul(p.dropped, p.v))}
}

// decomposed is attention in primitives, with heads before time.
type decomposed struct {
	q, k, v node // q is scaled, k and v are repeated for each head
	weights node // the softmax
	dropped node // the factors of the values
	seen    node // bools shaped as the logits, nil if all are seen
}

func (o Attention) decompose(in []node) (p decomposed) {
	q, k, v, seen, bias := o.Split(in)
	group := q.Shape[headAxis] / k.Shape[headAxis]
	p.q, p.k, p.v = times(swapHeads(q), o.Scale), shared(swapHeads(k), group), shared(swapHeads(v), group)
	logits := graph.Apply(graph.MatMul{TransB: true}, p.q, p.k)
	if bias != nil {
		logits = add(logits, wide(bias, logits.Shape))
	}
	if seen != nil {
		p.seen = wide(seen, logits.Shape)
	}
	if o.Causal {
		at := func(axis int) node {
			return q.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: axis, Dims: graph.DimsOf(logits.Shape)})
		}
		past := graph.Apply(graph.Compare{Fn: graph.GreaterEqual}, at(2), at(3))
		if p.seen == nil {
			p.seen = past
		} else {
			p.seen = bin(graph.And, p.seen, past)
		}
	}
	p.weights = graph.Apply(Softmax{}, p.where(logits, o.Hidden))
	p.dropped = o.after(p, p.weights)
	return p
}

// where returns x where seen and v elsewhere.
func (p decomposed) where(x node, v float64) node {
	if p.seen == nil {
		return x
	}
	return graph.Apply(graph.Select{}, p.seen, x, like(x, v))
}

// after is the step after the softmax, which is linear and so its own gradient.
func (o Attention) after(p decomposed, x node) node {
	if o.Strict {
		x = p.where(x, 0)
	}
	if o.Rate > 0 {
		x = graph.Apply(Dropout{Rate: o.Rate, Stream: o.Stream}, x)
	}
	return x
}

// swapHeads exchanges time and heads.
func swapHeads(x node) node {
	return graph.Apply(graph.Transpose{Perm: graph.DimsOf([]int{batchAxis, headAxis, timeAxis, dimAxis})}, x)
}

// shared repeats each head of x (batch, heads, time, dim) for a group of query heads.
func shared(x node, group int) node {
	if group == 1 {
		return x
	}
	n, h, t, d := x.Shape[0], x.Shape[1], x.Shape[2], x.Shape[3]
	return reshape(wide(reshape(x, n, h, 1, t, d), graph.Shape{n, h, group, t, d}), n, h*group, t, d)
}
