package kerasops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var indices = map[string]Function{
	"argmax":    {"x axis keepdims", "axis keepdims", func(a *Args) []node { return argCase(a, ops.ArgMax) }},
	"argmin":    {"x axis keepdims", "axis keepdims", func(a *Args) []node { return argCase(a, ops.ArgMin) }},
	"nanargmax": {"x axis keepdims", "axis keepdims", func(a *Args) []node { return argCase(a, ops.NaNArgMax) }},
	"nanargmin": {"x axis keepdims", "axis keepdims", func(a *Args) []node { return argCase(a, ops.NaNArgMin) }},
	"argsort":   {"x axis", "axis", func(a *Args) []node { return one(ops.ArgSort(a.x("x"), a.int("axis", -1))) }},
	"sort":      {"x axis", "axis", func(a *Args) []node { return one(ops.Sort(a.x("x"), a.int("axis", -1))) }},
	"cumsum":    {"x axis dtype", "axis dtype", func(a *Args) []node { return one(a.cast(a.cumulated(ops.CumSum))) }},
	"cumprod":   {"x axis dtype", "axis dtype", func(a *Args) []node { return one(a.cast(a.cumulated(ops.CumProd))) }},
	"take": {"x indices axis", "axis", func(a *Args) []node {
		x, axis := a.flatUnlessAxis()
		return one(ops.Take(x, a.x("indices"), axis))
	}},
	"one_hot": {"x num_classes axis dtype sparse", "num_classes axis dtype sparse", func(a *Args) []node {
		if a.bool("sparse", false) {
			graph.Errorf("one_hot: sparse is true; values here are dense")
		}
		return one(a.cast(ops.MoveAxis(ops.OneHot(a.x("x"), a.one("num_classes")), -1, a.int("axis", -1))))
	}},
	"multi_hot": {"inputs num_classes", "num_classes", func(a *Args) []node { return one(ops.MultiHot(a.x("inputs"), a.int("num_classes", 0))) }},
	"in_top_k": {"targets predictions k", "k", func(a *Args) []node {
		return one(ops.InTopK(a.x("targets"), a.x("predictions"), a.int("k", 0)))
	}},
	"top_k": {"x k sorted", "k sorted", func(a *Args) []node {
		values, at := ops.TopK(a.x("x"), a.one("k"))
		return []node{values, at}
	}},
	"where": {"condition x1 x2", "", func(a *Args) []node { return one(ops.Where(a.x("condition"), a.x("x1"), a.x("x2"))) }},
	"scatter": {"indices values shape", "shape", func(a *Args) []node {
		return one(ops.Scatter(a.x("indices"), a.x("values"), a.ints("shape")...))
	}},
	"slice": {"inputs start_indices shape", "shape", func(a *Args) []node {
		return one(ops.SliceBlock(a.x("inputs"), a.ints("start_indices"), a.ints("shape")))
	}},
	"segment_sum":  {"data segment_ids num_segments", "num_segments", func(a *Args) []node { return segmentCase(a, ops.SegmentSum) }},
	"segment_prod": {"data segment_ids num_segments", "num_segments", func(a *Args) []node { return segmentCase(a, ops.SegmentProd) }},
	"segment_max":  {"data segment_ids num_segments", "num_segments", func(a *Args) []node { return segmentCase(a, ops.SegmentMax) }},
	"segment_min":  {"data segment_ids num_segments", "num_segments", func(a *Args) []node { return segmentCase(a, ops.SegmentMin) }},
	"slice_update": {"inputs start_indices updates", "", func(a *Args) []node {
		return one(ops.SliceUpdate(a.x("inputs"), a.ints("start_indices"), a.x("updates")))
	}},
	"take_along_axis": {"x indices axis", "axis", func(a *Args) []node {
		x, axis := a.flatUnlessAxis()
		return one(ops.TakeAlongAxis(x, a.x("indices"), axis))
	}},
	"scatter_update": {"inputs indices updates reduction", "reduction", scatterUpdateCase},
	"searchsorted": {"sorted_sequence values side", "", func(a *Args) []node {
		side := ops.Left
		if a.text("side", "left") == "right" {
			side = ops.Right
		}
		return one(ops.SearchSorted(a.x("sorted_sequence"), a.x("values"), side))
	}},
	"unravel_index": {"indices shape", "shape", func(a *Args) []node { return ops.UnravelIndex(a.x("indices"), a.ints("shape")...) }},
	"bincount":      {"x weights minlength", "weights minlength", bincountCase},
	"unique":        {"x -sorted return_index return_inverse return_counts axis size", "return_index return_inverse return_counts axis size", uniqueCase},
	"nonzero":       {"x", "", nonzeroCase},
}

func argCase(a *Args, f func(node, int) node) []node {
	x, axis := a.flatUnlessAxis()
	y := f(x, axis)
	switch keep := a.bool("keepdims", false); {
	case keep && a.Values["axis"] == nil:
		y = ops.Reshape(y, graph.RepeatDim(a.x("x").Rank(), 1).Shape()...)
	case keep:
		y = ops.ExpandDims(y, axis)
	}
	return one(y)
}

func segmentCase(a *Args, f func(x, segments node, n int) node) []node {
	n := a.int("num_segments", 0)
	if n == 0 {
		n = largestOf(a.value("segment_ids")) + 1
	}
	return one(f(a.x("data"), a.x("segment_ids"), n))
}

func scatterUpdateCase(a *Args) []node {
	x, at, up := a.x("inputs"), a.x("indices"), a.x("updates")
	switch a.text("reduction", "") {
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
	}
	a.wrong("reduction", "add, max, min or mul")
	return nil
}

func largestOf(v []float64) int {
	top := -1
	for _, x := range v {
		top = max(top, int(x))
	}
	return top
}

func bincountCase(a *Args) []node {
	n := max(a.int("minlength", 0), largestOf(a.value("x"))+1)
	if w := a.maybe("weights"); w != nil {
		return one(ops.BincountWeighted(a.x("x"), w, n))
	}
	return one(ops.Bincount(a.x("x"), n))
}

func uniqueCase(a *Args) []node {
	if a.Values["axis"] != nil {
		graph.Errorf("unique: over an axis")
	}
	seen := map[float64]bool{}
	for _, v := range a.value("x") {
		seen[v] = true
	}
	u := ops.Unique(a.x("x"), a.int("size", len(seen)))
	out := []node{u.Values}
	for _, r := range []struct {
		name string
		y    node
	}{{"return_index", u.Index}, {"return_inverse", u.Inverse}, {"return_counts", u.Counts}} {
		if a.bool(r.name, false) {
			out = append(out, r.y)
		}
	}
	return out
}

func nonzeroCase(a *Args) []node {
	n := 0
	for _, v := range a.value("x") {
		if v != 0 {
			n++
		}
	}
	return ops.Nonzero(a.x("x"), n)
}
