package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Flatten]()
	register[Reshape]()
}

// Flatten flattens each sample. Input: (batch, …). Output: (batch, features).
type Flatten struct {
	Base

	Name       string     `keras:"name"`
	DataFormat DataFormat `keras:"data_format"` // ChannelsFirst moves channels last before flattening
}

// Call returns x as (batch, features).
func (f *Flatten) Call(_ *Scope, x *graph.Node) *graph.Node {
	if x.Rank() == 0 {
		graph.Errorf("want a batch axis")
	}
	if f.DataFormat == ChannelsFirst && x.Rank() > 2 {
		x = channelsLast(x)
	}
	n := x.Shape[0]
	return ops.Reshape(x, n, x.Shape.Size()/max(n, 1))
}

// Reshape reshapes each sample to TargetShape, which must have the same number of elements.
//
// Input: (batch, …). Output: (batch, TargetShape…).
type Reshape struct {
	Base

	Name        string `keras:"name"`
	TargetShape []int  `keras:"target_shape"` // at most one extent may be -1, to be inferred
}

// Call returns x with each sample reshaped.
func (r *Reshape) Call(_ *Scope, x *graph.Node) *graph.Node {
	if x.Rank() == 0 {
		graph.Errorf("want a batch axis")
	}
	sample, size, free := x.Shape[1:].Size(), 1, 0
	for _, d := range r.TargetShape {
		if d == -1 {
			free++
		} else {
			size *= d
		}
	}
	switch {
	case free > 1:
		graph.Errorf("TargetShape %v has more than one -1", r.TargetShape)
	case free == 0 && size != sample, free == 1 && (size == 0 || sample%size != 0):
		graph.Errorf("a sample has %d elements, TargetShape %v has %d", sample, r.TargetShape, size)
	}
	return ops.Reshape(x, append([]int{x.Shape[0]}, r.TargetShape...)...)
}
