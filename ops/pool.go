package ops

import "github.com/rhyton/rhyton/graph"

// Pool combines windows of x (batch, spatial…, channels): Pool{Size: []int{2, 2}}.Max(x). A nil
// Size is 2, nil Strides are the Size; a single number applies to all spatial axes.
type Pool struct {
	Size, Strides []int
	Padding       Padding
}

func (p Pool) op(who string, f graph.Fn, x N) graph.Pool {
	in := spatial(who, x)
	if p.Padding == Causal {
		graph.Errorf("%s: causal padding; want valid or same", who)
	}
	size := perAxis(who, "size", p.Size, len(in), 2)
	strides := size
	if len(p.Strides) > 0 {
		strides = perAxis(who, "strides", p.Strides, len(in), 1)
	}
	one := perAxis(who, "dilation", nil, len(in), 1)
	return graph.Pool{Window: p.Padding.windows(in, size, strides, one), Fn: f, Size: graph.DimsOf(size)}
}

// Max returns the largest element of each window.
func (p Pool) Max(x N) N { return graph.Apply(p.op("max_pool", graph.Max, x), x) }

// Average returns the mean of each window, ignoring padding.
func (p Pool) Average(x N) N {
	x = float(x)
	op := p.op("average_pool", graph.Add, x)
	sum := graph.Apply(op, x)
	if p.Padding == Valid {
		return Scale(sum, 1/float64(op.Size.Shape().Size()))
	}
	one := x.Shape.Clone()
	one[0], one[len(one)-1] = 1, 1
	return Divide(sum, graph.Apply(op, Full(x, 1, one...)))
}

// AdaptiveAveragePool averages to the given spatial extents: element i of an axis is the mean of
// the elements ⌊i·in/out⌋ to ⌈(i+1)·in/out⌉-1. A single number applies to all axes.
func AdaptiveAveragePool(x N, size ...int) N {
	x = float(x)
	return adaptive(x, size, func(part N, a int) N { return KeepDims{a}.Mean(part) })
}

// AdaptiveMaxPool is AdaptiveAveragePool for maxima.
func AdaptiveMaxPool(x N, size ...int) N {
	return adaptive(x, size, func(part N, a int) N { return KeepDims{a}.Max(part) })
}

// adaptive reduces axis by axis: rectangles are products of intervals.
func adaptive(x N, size []int, reduce func(part N, axis int) N) N {
	in := spatial("adaptive pool", x)
	size = perAxis("adaptive pool", "size", size, len(in), 1)
	for i, n := range in {
		out := size[i]
		if out < 1 {
			graph.Errorf("adaptive pool: to size %v; want at least 1", size)
		}
		x.Graph().Table("adaptive pool", out)
		parts := make([]N, out)
		for k := range parts {
			parts[k] = reduce(cut(x, i+1, k*n/out, ((k+1)*n+out-1)/out), i+1)
		}
		x = Concatenate(i+1, parts...)
	}
	return x
}
