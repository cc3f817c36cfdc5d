package layers

import (
	"cmp"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var shapeOperations = map[string]operation{
	"Reshape":     {"x", "newshape", single(func(a *operands) node { return ops.Reshape(a.x("x"), a.some("newshape")...) })},
	"BroadcastTo": {"x", "shape", single(func(a *operands) node { return ops.BroadcastTo(a.x("x"), a.some("shape")...) })},
	"Transpose":   {"x", "axes", single(func(a *operands) node { return ops.Transpose(a.x("x"), a.ints("axes")...) })},
	"ExpandDims":  {"x", "axis", single(func(a *operands) node { return a.expanded() })},
	"Squeeze":     {"x", "axis", single(func(a *operands) node { return ops.Squeeze(a.x("x"), a.ints("axis")...) })},
	"Concatenate": {"xs", "axis", single(func(a *operands) node { return ops.Concatenate(a.int("axis", 0), alike(a.xs("xs"))...) })},
	"Stack":       {"x", "axis", single(func(a *operands) node { return ops.Stack(a.int("axis", 0), alike(a.xs("x"))...) })},
	"Hstack":      {"xs", "", single(func(a *operands) node { return ops.HStack(alike(a.xs("xs"))...) })},
	"Vstack":      {"xs", "", single(func(a *operands) node { return ops.VStack(alike(a.xs("xs"))...) })},
	"Swapaxes":    {"x", "axis1 axis2", single(func(a *operands) node { return ops.SwapAxes(a.x("x"), a.one("axis1"), a.one("axis2")) })},
	"Moveaxis":    {"x", "source destination", single(func(a *operands) node { return a.moved() })},
	"Flip":        {"x", "axis", single(func(a *operands) node { return ops.Flip(a.x("x"), a.ints("axis")...) })},
	"Tile":        {"x", "repeats", single(func(a *operands) node { return ops.Tile(a.x("x"), a.some("repeats")...) })},
	"Pad":         {"x constant_values", "pad_width mode", single(func(a *operands) node { return a.padded() })},
	"Split":       {"x", "indices_or_sections axis", func(a *operands) []node { return a.split() }},
	"Unstack": {"x", "num axis", func(a *operands) []node {
		parts := ops.Unstack(a.x("x"), a.int("axis", 0))
		if n := a.int("num", len(parts)); n != len(parts) {
			graph.Errorf("unstack: num is %d, axis %d of %v has %d", n, a.int("axis", 0), a.x("x").Shape, len(parts))
		}
		return parts
	}},
	"Repeat": {"x", "repeats axis", single(func(a *operands) node {
		x, axis := a.flatUnlessAxis()
		if n := a.some("repeats"); len(n) > 1 {
			if slices.Max(n) > maxRepeats {
				a.wrong("repeats", "smaller numbers")
			}
			return ops.RepeatEach(x, n, axis)
		}
		return ops.Repeat(x, a.one("repeats"), axis)
	})},
}

var indexOperations = map[string]operation{
	"GetItem": {"x key", "", single(func(a *operands) node { return a.item() })},
	"Take": {"x indices", "axis", single(func(a *operands) node {
		x, axis := a.flatUnlessAxis()
		return ops.Take(x, a.x("indices"), axis)
	})},
	"TakeAlongAxis": {"x indices", "axis", single(func(a *operands) node {
		return ops.TakeAlongAxis(a.x("x"), a.x("indices"), a.one("axis"))
	})},
	"Sort":    {"x", "axis", single(func(a *operands) node { return ops.Sort(a.x("x"), a.int("axis", -1)) })},
	"Argsort": {"x", "axis", single(func(a *operands) node { return ops.ArgSort(a.x("x"), a.int("axis", -1)) })},
	"TopK": {"x", "k sorted", func(a *operands) []node {
		values, at := ops.TopK(a.x("x"), a.one("k"))
		return []node{values, at}
	}},
	"OneHot": {"x", "num_classes axis dtype sparse", single(func(a *operands) node {
		if a.bool("sparse", false) {
			graph.Errorf("one_hot: sparse is true; values here are dense")
		}
		return a.cast(ops.MoveAxis(ops.OneHot(a.x("x"), a.one("num_classes")), -1, a.int("axis", -1)))
	})},
	"Cumsum":  {"x", "axis dtype", single(func(a *operands) node { return a.cast(a.cumulated(ops.CumSum)) })},
	"Cumprod": {"x", "axis dtype", single(func(a *operands) node { return a.cast(a.cumulated(ops.CumProd)) })},
	"Tril":    {"x", "k", single(func(a *operands) node { return ops.Tril(a.x("x"), a.int("k", 0)) })},
	"Triu":    {"x", "k", single(func(a *operands) node { return ops.Triu(a.x("x"), a.int("k", 0)) })},
}

// maxRepeats bounds how often an element is repeated by a list of counts, whose indices are
// made while the model is read.
const maxRepeats = 1 << 16

// one returns an integer that must be there.
func (a *operands) one(name string) int {
	if a.values[name] == nil {
		a.wrong(name, "an integer")
	}
	return a.int(name, 0)
}

// some returns an argument of integers that must be there.
func (a *operands) some(name string) []int {
	n := a.ints(name)
	if n == nil {
		a.wrong(name, "an integer or a list of them")
	}
	return n
}

// flatUnlessAxis returns x and the argument axis, x as a vector if there is none.
func (a *operands) flatUnlessAxis() (node, int) {
	if a.values["axis"] == nil {
		return ops.Ravel(a.x("x")), 0
	}
	return a.x("x"), a.int("axis", 0)
}

func (a *operands) cumulated(f func(x node, axis int) node) node {
	x, axis := a.flatUnlessAxis()
	return f(x, axis)
}

// alike casts xs to the widest of their types.
func alike(xs []node) []node {
	if len(xs) == 0 {
		return xs
	}
	widest := slices.MaxFunc(xs, func(a, b node) int { return cmp.Compare(a.DType, b.DType) })
	out := make([]node, len(xs))
	for i, x := range xs {
		out[i] = ops.Cast(x, widest.DType)
	}
	return out
}

// expanded inserts the axes of the argument axis, which count in the result.
func (a *operands) expanded() node {
	x, axes := a.x("x"), slices.Clone(a.some("axis"))
	for i, axis := range axes {
		if axis < 0 {
			axes[i] += x.Rank() + len(axes)
		}
	}
	slices.Sort(axes)
	for _, axis := range axes {
		x = ops.ExpandDims(x, axis)
	}
	return x
}

// moved moves the axes source to the places destination; the others keep their order.
func (a *operands) moved() node {
	x, from, to := a.x("x"), a.some("source"), a.some("destination")
	if len(from) != len(to) {
		graph.Errorf("moveaxis: %d axes to %d places", len(from), len(to))
	}
	source := map[int]int{} // by destination
	var rest, perm []int
	for i := range from {
		source[ops.Axis(x, to[i])] = ops.Axis(x, from[i])
	}
	for axis := range x.Rank() {
		if !slices.ContainsFunc(from, func(f int) bool { return ops.Axis(x, f) == axis }) {
			rest = append(rest, axis)
		}
	}
	for axis := range x.Rank() {
		f, moved := source[axis]
		if !moved && len(rest) > 0 {
			f, rest = rest[0], rest[1:]
		}
		perm = append(perm, f)
	}
	return ops.Transpose(x, perm...)
}

func (a *operands) split() []node {
	x, axis := a.x("x"), a.int("axis", 0)
	if _, list := a.values["indices_or_sections"].([]any); list {
		return ops.SplitAt(x, a.some("indices_or_sections"), axis)
	}
	return ops.Split(x, a.one("indices_or_sections"), axis)
}

// padded adds to each axis what the pairs of pad_width say; one pair or number is for all.
func (a *operands) padded() node {
	x := a.x("x")
	pairs := (&operands{values: map[string]any{"pad_width": flat(a.values["pad_width"])}}).some("pad_width")
	if n := len(pairs); n == 0 || n > 2 && n != 2*x.Rank() {
		a.wrong("pad_width", "a pair of integers for each axis")
	}
	low, high := make([]int, x.Rank()), make([]int, x.Rank())
	for i := range low {
		low[i], high[i] = pairs[2*i%len(pairs)], pairs[(2*i+1)%len(pairs)]
	}
	switch mode := a.text("mode", "constant"); mode {
	case "constant":
		return ops.Pad(x, low, high, a.num("constant_values", 0))
	case "reflect":
		return ops.PadReflect(x, low, high)
	case "symmetric":
		return ops.PadSymmetric(x, low, high)
	}
	a.wrong("mode", "constant, reflect or symmetric")
	return nil
}

// flat returns the items of lists of lists in one list.
func flat(v any) []any {
	list, nested := v.([]any)
	if !nested {
		return []any{v}
	}
	var all []any
	for _, item := range list {
		all = append(all, flat(item)...)
	}
	return all
}
