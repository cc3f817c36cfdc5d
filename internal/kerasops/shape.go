package kerasops

import (
	"cmp"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

var shapes = map[string]Function{
	"reshape":      {"x newshape", "newshape", func(a *Args) []node { return one(ops.Reshape(a.x("x"), a.some("newshape")...)) }},
	"transpose":    {"x axes", "axes", func(a *Args) []node { return one(ops.Transpose(a.x("x"), a.ints("axes")...)) }},
	"broadcast_to": {"x shape", "shape", func(a *Args) []node { return one(ops.BroadcastTo(a.x("x"), a.some("shape")...)) }},
	"expand_dims":  {"x axis", "axis", func(a *Args) []node { return one(a.expanded()) }},
	"squeeze":      {"x axis", "axis", func(a *Args) []node { return one(ops.Squeeze(a.x("x"), a.ints("axis")...)) }},
	"concatenate":  {"xs axis", "axis", func(a *Args) []node { return one(ops.Concatenate(a.int("axis", 0), alike(a.xs("xs"))...)) }},
	"stack":        {"x axis", "axis", func(a *Args) []node { return one(ops.Stack(a.int("axis", 0), alike(a.xs("x"))...)) }},
	"hstack":       {"xs", "", func(a *Args) []node { return one(ops.HStack(alike(a.xs("xs"))...)) }},
	"vstack":       {"xs", "", func(a *Args) []node { return one(ops.VStack(alike(a.xs("xs"))...)) }},
	"dstack":       {"xs", "", func(a *Args) []node { return one(ops.DStack(a.xs("xs")...)) }},
	"unstack": {"x num axis", "num axis", func(a *Args) []node {
		parts := ops.Unstack(a.x("x"), a.int("axis", 0))
		if n := a.int("num", len(parts)); n != len(parts) {
			graph.Errorf("unstack: num is %d, axis %d of %v has %d", n, a.int("axis", 0), a.x("x").Shape, len(parts))
		}
		return parts
	}},
	"moveaxis": {"x source destination", "source destination", func(a *Args) []node { return one(a.moved()) }},
	"swapaxes": {"x axis1 axis2", "axis1 axis2", func(a *Args) []node { return one(ops.SwapAxes(a.x("x"), a.one("axis1"), a.one("axis2"))) }},
	"flip":     {"x axis", "axis", func(a *Args) []node { return one(ops.Flip(a.x("x"), a.ints("axis")...)) }},
	"rot90": {"array k axes", "k axes", func(a *Args) []node {
		axes := append(a.ints("axes"), 0, 1)
		return one(ops.Rot90(a.x("array"), a.int("k", 1), axes[0], axes[1]))
	}},
	"roll": {"x shift axis", "shift axis", func(a *Args) []node {
		x, axis := a.flatUnlessAxis()
		return one(ops.Reshape(ops.Roll(x, a.int("shift", 0), axis), a.x("x").Shape...))
	}},
	"tile": {"x repeats", "repeats", func(a *Args) []node { return one(ops.Tile(a.x("x"), a.some("repeats")...)) }},
	"repeat": {"x repeats axis", "repeats axis", func(a *Args) []node {
		x, axis := a.flatUnlessAxis()
		if n := a.some("repeats"); len(n) > 1 {
			if slices.Max(n) > maxRepeats {
				a.wrong("repeats", "smaller numbers")
			}
			return one(ops.RepeatEach(x, n, axis))
		}
		return one(ops.Repeat(x, a.one("repeats"), axis))
	}},
	"split":       {"x indices_or_sections axis", "indices_or_sections axis", func(a *Args) []node { return a.split(ops.Split) }},
	"array_split": {"x indices_or_sections axis", "indices_or_sections axis", func(a *Args) []node { return a.split(ops.ArraySplit) }},
	"pad":         {"x pad_width mode constant_values", "pad_width mode", func(a *Args) []node { return one(a.padded()) }},
	"meshgrid": {"*x indexing", "indexing", func(a *Args) []node {
		xs := a.xs("*x")
		if a.text("indexing", "xy") == "ij" {
			return ops.MeshgridIJ(xs...)
		}
		return ops.Meshgrid(xs...)
	}},
	"full_like": {"x fill_value dtype", "dtype", func(a *Args) []node {
		return one(a.cast(ops.Full(a.x("x"), a.num("fill_value", 0), a.x("x").Shape...)))
	}},
	"cast":     {"x dtype", "dtype", func(a *Args) []node { return one(a.cast(a.x("x"))) }},
	"diag":     {"x k", "k", func(a *Args) []node { return one(ops.Diag(a.x("x"), a.int("k", 0))) }},
	"diagflat": {"x k", "k", func(a *Args) []node { return one(ops.DiagFlat(a.x("x"), a.int("k", 0))) }},
	"diagonal": {"x offset axis1 axis2", "offset axis1 axis2", func(a *Args) []node {
		return one(ops.DiagonalOf(a.x("x"), a.int("offset", 0), a.int("axis1", 0), a.int("axis2", 1)))
	}},
	"trace": {"x offset axis1 axis2", "offset axis1 axis2", func(a *Args) []node {
		return one(ops.Sum(ops.DiagonalOf(a.x("x"), a.int("offset", 0), a.int("axis1", 0), a.int("axis2", 1)), -1))
	}},
	"tril":       {"x k", "k", func(a *Args) []node { return one(ops.Tril(a.x("x"), a.int("k", 0))) }},
	"triu":       {"x k", "k", func(a *Args) []node { return one(ops.Triu(a.x("x"), a.int("k", 0))) }},
	"zeros_like": {"x dtype", "dtype", func(a *Args) []node { return one(a.cast(ops.ZerosLike(a.x("x")))) }},
	"ones_like":  {"x dtype", "dtype", func(a *Args) []node { return one(a.cast(ops.OnesLike(a.x("x")))) }},
}

// maxRepeats limits the repeat counts given as a list, since the indices for them are created
// while the model is read.
const maxRepeats = 1 << 16

// one returns a required integer.
func (a *Args) one(name string) int {
	if a.Values[name] == nil {
		a.wrong(name, "an integer")
	}
	return a.int(name, 0)
}

// some returns a required list of integers.
func (a *Args) some(name string) []int {
	n := a.ints(name)
	if n == nil {
		a.wrong(name, "an integer or a list of them")
	}
	return n
}

// flatUnlessAxis returns x and the argument axis, or x flattened if there is no axis.
func (a *Args) flatUnlessAxis() (node, int) {
	if a.Values["axis"] == nil {
		return ops.Ravel(a.x("x")), 0
	}
	return a.x("x"), a.int("axis", 0)
}

func (a *Args) cumulated(f func(x node, axis int) node) node {
	x, axis := a.flatUnlessAxis()
	return f(x, axis)
}

// alike casts xs to their widest dtype.
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

// expanded inserts the axes of the argument axis, which refer to the result.
func (a *Args) expanded() node {
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

// moved moves the axes source to the positions destination; the others keep their order.
func (a *Args) moved() node {
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

// split splits x at the given indices, or evenly into n parts.
func (a *Args) split(even func(x node, n, axis int) []node) []node {
	x, axis := a.x("x"), a.int("axis", 0)
	if _, list := a.Values["indices_or_sections"].([]any); list {
		return ops.SplitAt(x, a.some("indices_or_sections"), axis)
	}
	return even(x, a.one("indices_or_sections"), axis)
}

// padded pads each axis by the pairs of pad_width; a single pair or number applies to all axes.
func (a *Args) padded() node {
	x := a.x("x")
	pairs := (&Args{Values: map[string]any{"pad_width": flat(a.Values["pad_width"])}}).some("pad_width")
	if n := len(pairs); n == 0 || n > 2 && n != 2*x.Rank() {
		a.wrong("pad_width", "a pair of integers for each axis")
	}
	low, high := make([]int, x.Rank()), make([]int, x.Rank())
	for i := range low {
		low[i], high[i] = pairs[2*i%len(pairs)], pairs[(2*i+1)%len(pairs)]
	}
	switch a.text("mode", "constant") {
	case "constant":
		return ops.Pad(x, low, high, a.num("constant_values", 0))
	case "reflect":
		return ops.PadReflect(x, low, high)
	case "symmetric":
		return ops.PadSymmetric(x, low, high)
	case "edge":
		return ops.PadEdge(x, low, high)
	case "wrap":
		return ops.PadWrap(x, low, high)
	}
	a.wrong("mode", "constant, reflect, symmetric, edge or wrap")
	return nil
}

// flat flattens nested lists.
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
