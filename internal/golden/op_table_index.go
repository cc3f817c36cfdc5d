package golden

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var indexOps = map[string]opFunc{
	"argmax":    func(a *opArgs) []node { return argCase(a, ops.ArgMax) },
	"argmin":    func(a *opArgs) []node { return argCase(a, ops.ArgMin) },
	"nanargmax": func(a *opArgs) []node { return argCase(a, ops.NaNArgMax) },
	"nanargmin": func(a *opArgs) []node { return argCase(a, ops.NaNArgMin) },
	"argsort":   func(a *opArgs) []node { return one(ops.ArgSort(a.x(0, "x"), a.int(1, "axis", -1))) },
	"sort":      func(a *opArgs) []node { return one(ops.Sort(a.x(0, "x"), a.int(1, "axis", -1))) },
	"cumsum":    func(a *opArgs) []node { x, axis := axisOrFlat(a, 1); return one(ops.CumSum(x, axis)) },
	"cumprod":   func(a *opArgs) []node { x, axis := axisOrFlat(a, 1); return one(ops.CumProd(x, axis)) },
	"take":      func(a *opArgs) []node { x, axis := axisOrFlat(a, 2); return one(ops.Take(x, a.x(1, "indices"), axis)) },
	"one_hot": func(a *opArgs) []node {
		return one(ops.MoveAxis(ops.OneHot(a.x(0, "x"), a.int(1, "num_classes", 0)), -1, a.int(2, "axis", -1)))
	},
	"multi_hot": func(a *opArgs) []node { return one(ops.MultiHot(a.x(0, "inputs"), a.int(1, "num_classes", 0))) },
	"in_top_k": func(a *opArgs) []node {
		return one(ops.InTopK(a.x(0, "targets"), a.x(1, "predictions"), a.int(2, "k", 0)))
	},
	"top_k": func(a *opArgs) []node { v, at := ops.TopK(a.x(0, "x"), a.int(1, "k", 0)); return []node{v, at} },
	"where": func(a *opArgs) []node { return one(ops.Where(a.x(0, "condition"), a.x(1, "x1"), a.x(2, "x2"))) },
	"scatter": func(a *opArgs) []node {
		return one(ops.Scatter(a.x(0, "indices"), a.x(1, "values"), a.ints(2, "shape")...))
	},
	"slice": func(a *opArgs) []node {
		return one(ops.SliceBlock(a.x(0, "inputs"), a.ints(1, "start_indices"), a.ints(2, "shape")))
	},
	"segment_sum":  func(a *opArgs) []node { return segmentCase(a, ops.SegmentSum) },
	"segment_prod": func(a *opArgs) []node { return segmentCase(a, ops.SegmentProd) },
	"segment_max":  func(a *opArgs) []node { return segmentCase(a, ops.SegmentMax) },
	"segment_min":  func(a *opArgs) []node { return segmentCase(a, ops.SegmentMin) },
	"slice_update": func(a *opArgs) []node {
		return one(ops.SliceUpdate(a.x(0, "inputs"), a.ints(1, "start_indices"), a.x(2, "updates")))
	},
	"take_along_axis": func(a *opArgs) []node {
		x, axis := axisOrFlat(a, 2)
		return one(ops.TakeAlongAxis(x, a.x(1, "indices"), axis))
	},
	"scatter_update": scatterUpdateCase,
	"searchsorted": func(a *opArgs) []node {
		side := ops.Left
		if a.string(2, "side", "left") == "right" {
			side = ops.Right
		}
		return one(ops.SearchSorted(a.x(0, "sorted_sequence"), a.x(1, "values"), side))
	},
	"unravel_index": func(a *opArgs) []node { return ops.UnravelIndex(a.x(0, "indices"), a.ints(1, "shape")...) },
	"bincount":      bincountCase,
	"unique":        uniqueCase,
	"nonzero":       nonzeroCase,
}

func argCase(a *opArgs, f func(node, int) node) []node {
	x, axis := axisOrFlat(a, 1)
	y := f(x, axis)
	switch keep := a.bool(2, "keepdims", false); {
	case keep && a.get(1, "axis") == nil:
		y = ops.Reshape(y, graph.RepeatDim(a.x(0, "x").Rank(), 1).Shape()...)
	case keep:
		y = ops.ExpandDims(y, axis)
	}
	return one(y)
}

func segmentCase(a *opArgs, f func(x, segments node, n int) node) []node {
	n := a.int(2, "num_segments", 0)
	if n == 0 {
		n = largestOf(a.value(1, "segment_ids")) + 1
	}
	return one(f(a.x(0, "data"), a.x(1, "segment_ids"), n))
}

func scatterUpdateCase(a *opArgs) []node {
	x, at, up := a.x(0, "inputs"), a.x(1, "indices"), a.x(2, "updates")
	switch r := a.string(3, "reduction", ""); r {
	case "":
		return one(ops.ScatterUpdate(x, at, up))
	case "add":
		return one(ops.ScatterAdd(x, at, up))
	case "max":
		return one(ops.ScatterMax(x, at, up))
	case "min":
		return one(ops.ScatterMin(x, at, up))
	case "mul":
		return one(ops.ScatterMultiply(x, at, up))
	default:
		a.wrong("reduction", r)
	}
	return nil
}

func largestOf(v []float64) int {
	top := -1
	for _, x := range v {
		top = max(top, int(x))
	}
	return top
}

// The shapes of the following depend on the data: Keras works them out as it goes, a graph
// is told, so they are taken from the arguments here.

func bincountCase(a *opArgs) []node {
	n := max(a.int(2, "minlength", 0), largestOf(a.value(0, "x"))+1)
	if w := a.maybe(1, "weights"); w != nil {
		return one(ops.BincountWeighted(a.x(0, "x"), w, n))
	}
	return one(ops.Bincount(a.x(0, "x"), n))
}

func uniqueCase(a *opArgs) []node {
	if a.get(-1, "axis") != nil {
		graph.Errorf("unique: over an axis")
	}
	seen := map[float64]bool{}
	for _, v := range a.value(0, "x") {
		seen[v] = true
	}
	u := ops.Unique(a.x(0, "x"), a.int(-1, "size", len(seen)))
	out := []node{u.Values}
	for _, r := range []struct {
		name string
		y    node
	}{{"return_index", u.Index}, {"return_inverse", u.Inverse}, {"return_counts", u.Counts}} {
		if a.bool(-1, r.name, false) {
			out = append(out, r.y)
		}
	}
	return out
}

func nonzeroCase(a *opArgs) []node {
	n := 0
	for _, v := range a.value(0, "x") {
		if v != 0 {
			n++
		}
	}
	return ops.Nonzero(a.x(0, "x"), n)
}
