package stablehlo

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

// windowed emits convolutions and pooling.
func (e *emitter) windowed(op graph.Op, out typ, in []value) (value, bool) {
	switch op := op.(type) {
	case graph.Conv:
		return e.conv(op, in[0], in[1], out), true
	case graph.ConvGradInput:
		return e.convGradInput(op, in[0], in[1], out), true
	case graph.ConvGradFilter:
		return e.convGradFilter(op, in[0], in[1], out), true
	case graph.Pool:
		return e.pool(op, in[0], out), true
	case graph.PoolGrad:
		if op.Fn == graph.Max {
			return e.maxPoolGrad(op, in[0], in[1]), true
		}
		return e.sumPoolGrad(op, in[1], out), true
	case graph.MaxPoolGather:
		return e.poolPick(op, in[0], in[1]), true
	}
	return value{}, false
}

// convolution is StableHLO's convolution, which covers every convolution and its gradients by the
// choice of strides, dilations and axis roles. Roles are written as b, f, i, o; "." stands for the
// spatial axes.
type convolution struct {
	x, filter, out          string
	strides, dilateX        []int
	dilateFilter            []int
	low, high               []int
	groups, groupsOfBatches int
}

func (e *emitter) convolve(c convolution, x, filter value, out typ) value {
	n := len(c.strides)
	roles := func(s string) string {
		var spatial []string
		for i := range n {
			spatial = append(spatial, fmt.Sprint(i))
		}
		s = strings.ReplaceAll(s, ".", strings.Join(spatial, ", "))
		return "[" + s + "]"
	}
	pads := make([]string, n)
	for i := range pads {
		pads[i] = fmt.Sprintf("[%d, %d]", c.low[i], c.high[i])
	}
	return e.op(out, "stablehlo.convolution(%s, %s) dim_numbers = %sx%s->%s, window = {stride = %s, pad = [%s], "+
		"lhs_dilate = %s, rhs_dilate = %s} {batch_group_count = %d : i64, feature_group_count = %d : i64, "+
		"precision_config = [#stablehlo<precision %[12]s>, #stablehlo<precision %[12]s>]} : %[13]s",
		x.id, filter.id, roles(c.x), roles(c.filter), roles(c.out), list(c.strides), strings.Join(pads, ", "),
		list(c.dilateX), list(c.dilateFilter), c.groupsOfBatches, c.groups, e.precision(x.typ), signature([]value{x, filter}, out))
}

func ones(n int) []int { return slices.Repeat([]int{1}, n) }

// spatial returns the extents between the outer and the inner axes.
func spatial(dims []int, before, after int) []int { return dims[before : len(dims)-after] }

func (e *emitter) conv(op graph.Conv, x, filter value, out typ) value {
	n := op.Strides.Rank
	return e.convolve(convolution{
		x: "b, ., f", filter: "., i, o", out: "b, ., f",
		strides: op.Strides.Shape(), dilateX: ones(n), dilateFilter: op.Dilation.Shape(),
		low: op.Low.Shape(), high: op.High.Shape(), groups: op.Groups, groupsOfBatches: 1,
	}, x, filter, out)
}

// convGradInput convolves dy, dilated by the strides, with the filter reversed and its channels
// swapped.
func (e *emitter) convGradInput(op graph.ConvGradInput, dy, filter value, out typ) value {
	n := op.Strides.Rank
	c := convolution{
		x: "b, ., f", filter: "., o, i", out: "b, ., f",
		strides: ones(n), dilateX: op.Strides.Shape(), dilateFilter: op.Dilation.Shape(),
		groups: op.Groups, groupsOfBatches: 1,
	}
	in, dyDims := spatial(out.dims, 1, 1), spatial(dy.dims, 1, 1)
	for i := range n {
		span := (filter.dims[i]-1)*op.Dilation.At[i] + 1
		low := span - 1 - op.Low.At[i]
		dilated := (dyDims[i]-1)*op.Strides.At[i] + 1
		c.low = append(c.low, low)
		c.high = append(c.high, in[i]-dilated-low+span-1)
	}
	filter = e.reverse(filter, axes(n))
	return e.convolve(c, dy, e.regroup(filter, op.Groups), out)
}

// regroup moves the groups of a filter (spatial…, in/groups, out) from its outputs to its inputs:
// (spatial…, in, out/groups).
func (e *emitter) regroup(f value, groups int) value {
	if groups == 1 {
		return f
	}
	n := f.rank() - 2
	in, out := f.dims[n], f.dims[n+1]
	k := f.dims[:n:n]
	f = e.reshape(f, append(k, in, groups, out/groups))
	f = e.transpose(f, append(axes(n), n+1, n, n+2))
	return e.reshape(f, append(k, in*groups, out/groups))
}

// convGradFilter convolves x with dy, summing over the batch: channels take the role of batches.
func (e *emitter) convGradFilter(op graph.ConvGradFilter, x, dy value, out typ) value {
	n := op.Strides.Rank
	c := convolution{
		x: "f, ., b", filter: "i, ., o", out: "., b, f",
		strides: op.Dilation.Shape(), dilateX: ones(n), dilateFilter: op.Strides.Shape(),
		low: op.Low.Shape(), groups: 1, groupsOfBatches: op.Groups,
	}
	in, dyDims := spatial(x.dims, 1, 1), spatial(dy.dims, 1, 1)
	for i := range n {
		dilated := (dyDims[i]-1)*op.Strides.At[i] + 1
		span := (op.Filter.At[i]-1)*op.Dilation.At[i] + 1
		c.high = append(c.high, span-1+dilated-in[i]-op.Low.At[i])
	}
	if x.size() == 0 || dy.size() == 0 {
		return e.zeros(out)
	}
	return e.convolve(c, x, dy, out)
}
