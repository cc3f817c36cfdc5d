package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// A pooling holds what the 1D to 3D pooling layers share.
type pooling struct {
	rank          int
	size, strides []int // strides nil: size
	padding       Padding
	format        DataFormat
}

func (p pooling) max(x *graph.Node) *graph.Node {
	return inFormat(p.format, x, func(x *graph.Node) *graph.Node { return p.over(x).Max(x) })
}

// average divides only by the number of elements inside the input: padding is not counted.
func (p pooling) average(x *graph.Node) *graph.Node {
	return inFormat(p.format, x, func(x *graph.Node) *graph.Node { return p.over(x).Average(x) })
}

// over returns the pooling operation for channels-last x, with one number per axis.
func (p pooling) over(x *graph.Node) ops.Pool {
	spatial(x, p.rank)
	op := ops.Pool{Size: spread("PoolSize", p.size, p.rank, 2), Padding: ops.Padding(p.padding)}
	if len(p.strides) > 0 {
		op.Strides = spread("Strides", p.strides, p.rank, 1)
	}
	return op
}

// global reduces all spatial axes of x.
func global(x *graph.Node, rank int, f DataFormat, keep bool, reduce func(k ops.KeepDims, x *graph.Node) *graph.Node) *graph.Node {
	spatial(x, rank)
	axes := ops.KeepDims{}
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

// savedPool returns size and strides as Keras saves them: one number per axis.
func savedPool(size, strides []int, rank int) (sizes, steps []int) {
	sizes = each(size, rank, 2)
	if len(strides) == 0 {
		return sizes, sizes
	}
	return sizes, each(strides, rank, 1)
}

// adaptive pools x to the given output extents.
func adaptive(x *graph.Node, rank int, size []int, f DataFormat, pool func(x *graph.Node, size ...int) *graph.Node) *graph.Node {
	return inFormat(f, x, func(x *graph.Node) *graph.Node {
		spatial(x, rank)
		if len(size) == 0 {
			graph.Errorf("OutputSize is missing")
		}
		return pool(x, spread("OutputSize", size, rank, 1)...)
	})
}
