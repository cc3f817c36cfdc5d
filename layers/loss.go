package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// AddLoss adds the scalar penalty n to the loss of the model.
func (s *Scope) AddLoss(n *graph.Node) { s.losses = append(s.losses, one(n)) }

// one returns n as a float32 scalar.
func one(n *graph.Node) *graph.Node {
	if n.Shape.Size() != 1 {
		graph.Errorf("a loss of shape %v is added; it must be one number", n.Shape)
	}
	return ops.Cast(ops.Reshape(n), graph.Float32)
}

// Losses returns the penalties added so far, in Keras' order: those added by layers and
// activity regularizers, then those on trainable weights.
func (s *Scope) Losses() []*graph.Node {
	return append(s.losses[:len(s.losses):len(s.losses)], s.penalties...)
}

// activityLoss adds the activity penalty on the layer's output, divided by the batch size as in
// Keras.
func (s *Scope) activityLoss(l Module, y *graph.Node) {
	a, ok := l.(interface{ activity() Regularizer })
	if !ok {
		return
	}
	if r := a.activity(); r != nil && y.Rank() > 0 {
		s.AddLoss(ops.Scale(r.Penalty(y), 1/float64(max(y.Shape[0], 1))))
	}
}

// Mask returns the mask of x, bools (batch, time) that are true for the steps to use, or nil if
// there is none.
func (s *Scope) Mask(x *graph.Node) *graph.Node { return s.masks[x] }

// SetMask sets the mask of x; nil removes it.
func (s *Scope) SetMask(x, mask *graph.Node) {
	if mask == nil {
		delete(s.masks, x)
		return
	}
	s.masks[x] = ops.Cast(mask, graph.Bool)
}
