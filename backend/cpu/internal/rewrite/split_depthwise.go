package rewrite

import (
	"github.com/rhyton/rhyton/graph"
)

// splitDepthwise makes a depthwise convolution with several filters for each channel, or one of
// its gradients, one with a filter for each of the channels repeated.
//
//	%2 = conv[groups=c] %0 %1  → %3 = broadcast %0             n times each channel
//	                             %4 = conv[groups=c·n] %3 %1
//
// The gradient by the input is summed over the n copies. It pays where each of several
// channels has n > 1 filters: the kernels take vectors of channels with one filter each.
func splitDepthwise(g *graph.Graph) *graph.Graph { return eachNode(g, stateless(splitChannels)) }

func splitChannels(old *graph.Node, in []*graph.Node) *graph.Node {
	switch op := old.Op.(type) {
	case graph.Conv:
		if n := filtersOfEach(op, in[0].Shape, old.Shape); n > 1 {
			op.Groups *= n
			return graph.Apply(op, repeatChannels(in[0], n), in[1])
		}
	case graph.ConvGradFilter:
		if n := filtersOfEach(op.Conv, in[0].Shape, in[1].Shape); n > 1 {
			op.Groups *= n
			return graph.Apply(op, repeatChannels(in[0], n), in[1])
		}
	case graph.ConvGradInput:
		if n := filtersOfEach(op.Conv, old.Shape, in[0].Shape); n > 1 {
			op.Groups *= n
			op.In.At[op.In.Rank-1] *= n
			each := append(old.Shape.Clone(), n)
			sum := graph.Reduce{Fn: graph.Add, Axes: 1 << old.Rank()}
			return reshaped(graph.Apply(sum, reshaped(graph.Apply(op, in...), each)), old.Shape)
		}
	}
	return nil
}

// filtersOfEach returns how many filters each of several channels of x has where it has its
// own; else 0.
func filtersOfEach(op graph.Conv, x, y graph.Shape) int {
	channels, filters := x[len(x)-1], y[len(y)-1]
	if op.Groups != channels || channels < 2 || len(x) == graph.MaxRank {
		return 0
	}
	return filters / channels
}

// repeatChannels repeats every channel of x n times.
func repeatChannels(x *graph.Node, n int) *graph.Node {
	s := append(x.Shape.Clone(), 1)
	each := append(x.Shape.Clone(), n)
	wide := x.Shape.Clone()
	wide[len(wide)-1] *= n
	return reshaped(graph.Apply(graph.Broadcast{To: graph.DimsOf(each)}, reshaped(x, s)), wide)
}
