package cpu

import "github.com/rhyton/rhyton/graph"

// A depthwise convolution with several filters for each channel is one with one filter for
// each of the channels repeated, for which there are kernels that take vectors of channels.

// repeated finds such convolutions and their gradients.
func (m *matcher) repeated(old *graph.Node, in []*graph.Node) *graph.Node {
	switch op := old.Op.(type) {
	case graph.Conv:
		n := filtersOfEach(op, in[0].Shape, old.Shape)
		if n < 2 {
			return nil
		}
		op.Groups *= n
		return graph.Apply(op, repeat(in[0], n), in[1])
	case graph.ConvGradFilter:
		n := filtersOfEach(op.Conv, in[0].Shape, in[1].Shape)
		if n < 2 {
			return nil
		}
		op.Groups *= n
		return graph.Apply(op, repeat(in[0], n), in[1])
	case graph.ConvGradInput:
		n := filtersOfEach(op.Conv, old.Shape, in[0].Shape)
		if n < 2 {
			return nil
		}
		op.Groups *= n
		op.In.At[op.In.Rank-1] *= n
		each := append(old.Shape.Clone(), n)
		sum := graph.Reduce{Fn: graph.Add, Axes: 1 << old.Rank()}
		return reshaped(graph.Apply(sum, reshaped(graph.Apply(op, in...), each)), old.Shape)
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

// repeat repeats every channel of x n times.
func repeat(x *graph.Node, n int) *graph.Node {
	s := append(x.Shape.Clone(), 1)
	each := append(x.Shape.Clone(), n)
	wide := x.Shape.Clone()
	wide[len(wide)-1] *= n
	return reshaped(graph.Apply(graph.Broadcast{To: graph.DimsOf(each)}, reshaped(x, s)), wide)
}
