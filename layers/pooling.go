package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// A pooling is what the pooling layers of 1 to 3 dimensions share.
type pooling struct {
	rank          int
	size, strides []int // strides nil: size
	padding       Padding
	format        DataFormat
}

func (p pooling) max(x *graph.Node) *graph.Node {
	return inFormat(p.format, x, func(x *graph.Node) *graph.Node { return graph.Apply(p.op(x, graph.Max), x) })
}

// average divides by the elements inside the input alone: padding does not count.
func (p pooling) average(x *graph.Node) *graph.Node {
	return inFormat(p.format, x, func(x *graph.Node) *graph.Node {
		op := p.op(x, graph.Add)
		sum := graph.Apply(op, x)
		if p.padding != Same {
			return ops.Scale(sum, 1/float64(op.Size.Shape().Size()))
		}
		one := x.Shape.Clone()
		one[0], one[len(one)-1] = 1, 1
		count := graph.Apply(op, ops.Full(x, 1, one...))
		return ops.Divide(sum, count)
	})
}

func (p pooling) op(x *graph.Node, f graph.Fn) graph.Pool {
	in := spatial(x, p.rank)
	size := spread("PoolSize", p.size, p.rank, 2)
	strides := size
	if len(p.strides) > 0 {
		strides = spread("Strides", p.strides, p.rank, 1)
	}
	one := spread("dilation", nil, p.rank, 1)
	return graph.Pool{Window: window(p.padding, in, size, strides, one), Fn: f, Size: graph.DimsOf(size)}
}

// global reduces all spatial axes of x.
func global(x *graph.Node, rank int, f DataFormat, keep bool, reduce func(k ops.Keep, x *graph.Node) *graph.Node) *graph.Node {
	spatial(x, rank)
	axes := ops.Keep{}
	for i := range rank {
		if f == ChannelsFirst {
			i++
		}
		axes = append(axes, i+1)
	}
	y := reduce(axes, x)
	if keep {
		return y
	}
	return ops.Squeeze(y, axes...)
}

// savedPool returns size and strides as Keras writes them: one number for each axis.
func savedPool(size, strides []int, rank int) (sizes, steps []int) {
	sizes = each(size, rank, 2)
	if len(strides) == 0 {
		return sizes, sizes
	}
	return sizes, each(strides, rank, 1)
}

// adaptive pools x to the given extents.
func adaptive(x *graph.Node, rank int, size []int, f DataFormat, pool func(x *graph.Node, size ...int) *graph.Node) *graph.Node {
	return inFormat(f, x, func(x *graph.Node) *graph.Node {
		spatial(x, rank)
		if len(size) == 0 {
			graph.Errorf("OutputSize is missing")
		}
		return pool(x, spread("OutputSize", size, rank, 1)...)
	})
}
