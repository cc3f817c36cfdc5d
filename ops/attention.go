package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// Attention is scaled dot-product attention (Vaswani et al. 2017):
// softmax(q·kᵀ·Scale + Bias)·v. The zero value scales by 1/√dim and masks nothing.
type Attention struct {
	Scale  float64 // 0 means 1/√dim
	Causal bool    // a query sees the keys up to its own position
	// Mask is true where a query sees a key; it broadcasts to (batch, heads, query time, key
	// time). Bias has the same shape and is added to the logits. Either may be nil.
	Mask, Bias N
	// SoftCap, if positive, limits the logits smoothly: SoftCap·tanh(logits/SoftCap).
	SoftCap float64
}

// unseen is the logit of masked keys, as in Keras: a query that sees no key attends to all
// equally.
func unseen(d graph.DType) float64 { return -.7 * largest(d) }

// Of returns, for each query, the mean of the values weighted by how well their keys match: query
// (batch, query time, heads, dim), key (batch, key time, key heads, dim) and value (batch, key
// time, key heads, value dim) give (batch, query time, heads, value dim). If there are fewer key
// heads than heads, each is shared by a group of heads.
func (o Attention) Of(query, key, value N) N {
	if query.Rank() != 4 || key.Rank() != 4 || value.Rank() != 4 {
		graph.Errorf("dot_product_attention: query %v, key %v, value %v; want (batch, time, heads, dim)", query.Shape, key.Shape, value.Shape)
	}
	query, key = promote(float(query), float(key))
	heads, shared := query.Shape[2], key.Shape[2]
	if shared == 0 || heads%shared != 0 || value.Shape[2] != shared {
		graph.Errorf("dot_product_attention: %d query heads, %d key heads and %d value heads do not match", heads, shared, value.Shape[2])
	}
	scale := o.Scale
	if scale == 0 {
		scale = 1 / math.Sqrt(float64(query.Shape[3]))
	}
	if o.SoftCap <= 0 && scale > 0 && value.DType == query.DType {
		return o.whole(scale, query, key, value)
	}
	if heads > shared {
		key, value = Repeat(key, heads/shared, 2), Repeat(value, heads/shared, 2)
	}
	q, k, v := Transpose(query, 0, 2, 1, 3), Transpose(key, 0, 2, 1, 3), Transpose(value, 0, 2, 1, 3)
	logits := graph.Apply(graph.MatMul{TransB: true}, Scale(q, scale), k) // (batch, heads, query time, key time)
	if o.Bias != nil {
		logits = Add(logits, o.Bias)
	}
	if o.SoftCap > 0 {
		logits = Scale(Tanh(Scale(logits, 1/o.SoftCap)), o.SoftCap)
	}
	return Transpose(MatMul(Softmax(o.masked(logits), -1), v), 0, 2, 1, 3)
}

// whole is Of as one operation.
func (o Attention) whole(scale float64, query, key, value N) N {
	op := fused.Attention{Scale: scale, Hidden: unseen(query.DType), Causal: o.Causal, Seen: o.Mask != nil, Bias: o.Bias != nil}
	in := []N{query, key, value}
	for _, x := range []N{o.Mask, o.Bias} {
		if x == nil {
			continue
		}
		if x = Cast(x, query.DType); len(in) == 3 && op.Seen {
			x = truth(x)
		}
		for x.Rank() < 4 {
			x = ExpandDims(x, 0)
		}
		in = append(in, BroadcastTo(x, append(x.Shape[:3:3], key.Shape[1])...))
	}
	return graph.Apply(op, in...)
}

func (o Attention) masked(logits N) N {
	hidden := Scalar(logits, unseen(logits.DType))
	if o.Mask != nil {
		logits = Where(o.Mask, logits, hidden)
	}
	if o.Causal {
		seen := band(logits.Graph(), logits.Shape[2], logits.Shape[3], 0, graph.LessEqual)
		logits = Where(seen, logits, hidden)
	}
	return logits
}
