package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Concatenate]()
}

// Concatenate joins its inputs along Axis. It is applied by [Join].
//
// Inputs: several, of one shape but for Axis. Output: the same shape, with the sum there.
type Concatenate struct {
	State

	Name string `keras:"name"`
	Axis int    `keras:"axis" default:"-1"` // 0, which would be the batch: -1, the last
}

// Merge returns the inputs joined along Axis.
func (c *Concatenate) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	return ops.Concatenate(c.Axis, xs...)
}

// Mask joins the masks along Axis as the inputs are joined; an input without one counts wholly.
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
	return ops.All(ops.Concatenate(c.Axis, masks...), -1)
}
