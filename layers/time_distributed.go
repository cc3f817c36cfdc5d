package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[TimeDistributed]()
}

// TimeDistributed applies a layer to every time step of a sequence. The layer receives all steps
// as one large batch, except that during training a layer that tracks statistics is called step
// by step, as in Keras, so that BatchNormalization uses the statistics of each step.
//
// Input: (batch, time, …). Output: (batch, time, …), where Layer determines the remaining axes.
// Weights: those of Layer. Layer's ActivityRegularizer has no effect here, as in Keras.
type TimeDistributed struct {
	Base
	PassMask

	Name  string `keras:"name"`
	Layer Module `keras:"layer,required"`
}

// Call returns the layer's outputs for all steps.
func (t *TimeDistributed) Call(s *Scope, x *graph.Node) *graph.Node {
	if t.Layer == nil {
		graph.Errorf("Layer is nil")
	}
	if x.Rank() < 3 {
		graph.Errorf("want rank 3 or more, (batch, time, …)")
	}
	mask := s.Mask(x)
	if mask != nil && (mask.Rank() < 2 || !mask.Shape[:2].Equal(x.Shape[:2])) {
		graph.Errorf("its mask is of shape %v; want (batch, time) = %v first", mask.Shape, x.Shape[:2])
	}
	if !s.Training {
		return t.atOnce(s, x, mask)
	}
	before := len(s.losses)
	first := t.step(s, x, mask, 0)
	if tracks(t.Layer) {
		steps := []*graph.Node{first}
		for i := 1; i < x.Shape[1]; i++ {
			steps = append(steps, t.step(s, x, mask, i))
		}
		return ops.Stack(1, steps...)
	}
	s.losses = s.losses[:before]
	y := t.atOnce(s, x, mask)
	for i, n := range s.losses[before:] { // each is also a mean over time, whereas Keras sums over the steps
		s.losses[before+i] = ops.Scale(n, float64(x.Shape[1]))
	}
	return y
}

// tracks reports whether l updates tracked variables during training.
func tracks(l Module) bool {
	for _, v := range l.state().Variables() {
		if !v.Trainable {
			return true
		}
	}
	return false
}

// step calls the layer for one time step.
func (t *TimeDistributed) step(s *Scope, x, mask *graph.Node, i int) *graph.Node {
	x = ops.Index(x, 1, i)
	if mask != nil {
		mask = ops.Index(mask, 1, i)
	}
	return t.inner(s, x, mask)
}

// atOnce calls the layer for all time steps as one batch.
func (t *TimeDistributed) atOnce(s *Scope, x, mask *graph.Node) *graph.Node {
	flat := func(x *graph.Node) *graph.Node {
		return ops.Reshape(x, append([]int{x.Shape[0] * x.Shape[1]}, x.Shape[2:]...)...)
	}
	if mask != nil {
		mask = flat(mask)
	}
	y := t.inner(s, flat(x), mask)
	return ops.Reshape(y, append([]int{x.Shape[0], x.Shape[1]}, y.Shape[1:]...)...)
}

// inner calls the layer without its activity regularizer.
func (t *TimeDistributed) inner(s *Scope, x, mask *graph.Node) *graph.Node {
	defer s.enter(t.Layer)()
	x = s.autocast(t.Layer, []*graph.Node{x})[0]
	if mask != nil {
		s.SetMask(x, mask)
	}
	return call(t.Layer, s, []*graph.Node{x})[0]
}
