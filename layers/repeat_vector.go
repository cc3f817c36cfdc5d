package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[RepeatVector]()
	register[Permute]()
}

// RepeatVector repeats each vector N times as the steps of a sequence, for example as the input
// of a decoder.
//
// Input: (batch, features). Output: (batch, N, features).
type RepeatVector struct {
	Base

	Name string `keras:"name"`
	N    int    `keras:"n,required" range:"[1,inf)"` // must be positive
}

// Call repeats x.
func (r *RepeatVector) Call(_ *Scope, x *graph.Node) *graph.Node {
	if r.N < 1 {
		graph.Errorf("N is %d; it must be positive", r.N)
	}
	if x.Rank() != 2 {
		graph.Errorf("want rank 2, (batch, features)")
	}
	return ops.BroadcastTo(ops.ExpandDims(x, 1), x.Shape[0], r.N, x.Shape[1])
}

// Permute permutes the axes of each sample.
//
// Input: (batch, …). Output: (batch, …), where axis i is axis Dims[i-1] of the input. Axes are
// counted from 1; axis 0 is the batch.
type Permute struct {
	Base

	Name string `keras:"name"`
	Dims []int  `keras:"dims,required" range:"[1,inf)"` // a permutation of 1, 2, …
}

// Call permutes the axes of x.
func (p *Permute) Call(_ *Scope, x *graph.Node) *graph.Node {
	seen := make([]bool, x.Rank())
	for _, d := range p.Dims {
		if d < 1 || d >= x.Rank() || seen[d] {
			graph.Errorf("Dims %v; want a permutation of the axes 1 to %d", p.Dims, x.Rank()-1)
		}
		seen[d] = true
	}
	if len(p.Dims) != x.Rank()-1 {
		graph.Errorf("Dims %v; want a permutation of the axes 1 to %d", p.Dims, x.Rank()-1)
	}
	return ops.Transpose(x, append([]int{0}, p.Dims...)...)
}
