package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Concatenate]()
	Register("TFDConcat", func() Module { return &Concatenate{} }) // of Keras FeatureSpace
}

// Concatenate joins its inputs along Axis. Apply it with [Apply].
//
// Inputs: several, whose shapes match except along Axis. Output: the same shape, with the sum
// of the extents along Axis.
type Concatenate struct {
	Base

	Name string `keras:"name"`
	Axis int    `keras:"axis" default:"-1"` // 0, the batch axis, means -1, the last
}

// Merge returns the inputs joined along Axis.
func (c *Concatenate) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	if len(xs) > 0 {
		c.check(xs)
	}
	return ops.Concatenate(c.Axis, xs...)
}

// check reports inputs whose shapes differ in an axis other than Axis.
func (c *Concatenate) check(xs []*graph.Node) {
	joined := ops.Axis(xs[0], c.Axis)
	for _, x := range xs[1:] {
		if x.Rank() != xs[0].Rank() {
			graph.Errorf("ranks %d and %d; want inputs of one rank", xs[0].Rank(), x.Rank())
		}
		for axis, d := range x.Shape {
			if axis != joined && d != xs[0].Shape[axis] {
				graph.Errorf("axis %d has %d and %d; want one extent in every axis but Axis, which is %d", axis, xs[0].Shape[axis], d, joined)
			}
		}
	}
}

// Mask joins the masks along Axis like the inputs; an input without a mask counts as unmasked.
// A step is unmasked if any of its features is, as in Keras 3.
func (c *Concatenate) Mask(s *Scope, in []*graph.Node) *graph.Node {
	masks, any := make([]*graph.Node, len(in)), false
	for i, x := range in {
		m := s.Mask(x)
		if m == nil {
			m = ops.Cast(ops.OnesLike(x), graph.Bool)
		} else {
			any = true
			for m.Rank() < x.Rank() {
				m = ops.ExpandDims(m, -1)
			}
			m = ops.BroadcastTo(m, x.Shape...)
		}
		masks[i] = m
	}
	if !any {
		return nil
	}
	return ops.Any(ops.Concatenate(c.Axis, masks...), -1)
}
