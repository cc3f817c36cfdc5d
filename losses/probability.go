package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/ops"
)

// epsilon keeps logarithms and quotients finite, as in Keras.
const epsilon = 1e-7

type (
	// KLDivergence is Σ y·log(y/pred) over the last axis, both clipped to [1e-7, 1].
	KLDivergence struct {
		Options `default:"name=kl_divergence"`
	}
	// Poisson is the mean of pred - y·log(pred + 1e-7), for counts y and rates pred.
	Poisson struct {
		Options `default:"name=poisson"`
	}
)

// Of returns one value per sample.
func (KLDivergence) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("kl_divergence", y, pred)
	y, pred = ops.Clip(y, epsilon, 1), ops.Clip(pred, epsilon, 1)
	return ops.Sum(ops.Multiply(y, ops.Log(ops.Divide(y, pred))), -1)
}

// Of returns one value per sample.
func (Poisson) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("poisson", y, pred)
	return ops.Mean(ops.Subtract(pred, ops.Multiply(y, ops.Log(ops.Shift(pred, epsilon)))), -1)
}

// logitsOf returns the operand of the softmax over the last axis, or of the sigmoid, that
// produced pred, in pred's type. It returns nil if pred is not the result of one. A loss computed
// from logits stays exact where probabilities round to 0 or 1.
func logitsOf(pred *graph.Node, softmax bool) *graph.Node {
	n := pred
	for {
		if _, ok := n.Op.(graph.Cast); !ok {
			break
		}
		n = n.In[0]
	}
	switch op := n.Op.(type) {
	case fused.Softmax:
		if softmax {
			return ops.Cast(n.In[0], pred.DType)
		}
	case graph.Unary:
		if !softmax && op.Fn == graph.Sigmoid {
			return ops.Cast(n.In[0], pred.DType)
		}
	}
	return nil
}

// logits returns the logits that pred was computed from, pred itself if fromLogits, or nil.
func logits(who string, pred *graph.Node, fromLogits, softmax bool) *graph.Node {
	behind := logitsOf(pred, softmax)
	if fromLogits {
		if behind != nil {
			graph.Errorf("%s: FromLogits is set, but the output is already a probability; leave FromLogits out, or the last activation", who)
		}
		return pred
	}
	return behind
}

func init() {
	family.Register("KLDivergence", func() Loss { return KLDivergence{} }, "kld", "KLD", "kullback_leibler_divergence", "kl_divergence")
	family.Register("Poisson", func() Loss { return Poisson{} })
}
