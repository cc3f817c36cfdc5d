package golden

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

func one(y node) []node { return []node{y} }

// axisOrFlat returns the argument x and its axis, x as a vector if there is none.
func axisOrFlat(a *opArgs, i int) (node, int) {
	x := a.x(0, "x")
	if a.get(i, "axis") == nil {
		return ops.Ravel(x), 0
	}
	return x, a.int(i, "axis", 0)
}

var shapeOps = map[string]opFunc{
	"reshape":      func(a *opArgs) []node { return one(ops.Reshape(a.x(0, "x"), a.ints(1, "newshape")...)) },
	"transpose":    func(a *opArgs) []node { return one(ops.Transpose(a.x(0, "x"), a.ints(1, "axes")...)) },
	"broadcast_to": func(a *opArgs) []node { return one(ops.BroadcastTo(a.x(0, "x"), a.ints(1, "shape")...)) },
	"expand_dims":  func(a *opArgs) []node { return one(ops.ExpandDims(a.x(0, "x"), a.int(1, "axis", 0))) },
	"squeeze":      func(a *opArgs) []node { return one(ops.Squeeze(a.x(0, "x"), a.ints(1, "axis")...)) },
	"concatenate":  func(a *opArgs) []node { return one(ops.Concatenate(a.int(1, "axis", 0), a.xs(0, "xs")...)) },
	"stack":        func(a *opArgs) []node { return one(ops.Stack(a.int(1, "axis", 0), a.xs(0, "x")...)) },
	"hstack":       func(a *opArgs) []node { return one(ops.HStack(a.xs(0, "xs")...)) },
	"vstack":       func(a *opArgs) []node { return one(ops.VStack(a.xs(0, "xs")...)) },
	"dstack":       func(a *opArgs) []node { return one(ops.DStack(a.xs(0, "xs")...)) },
	"unstack":      func(a *opArgs) []node { return ops.Unstack(a.x(0, "x"), a.int(2, "axis", 0)) },
	"moveaxis": func(a *opArgs) []node {
		return one(ops.MoveAxis(a.x(0, "x"), a.int(1, "source", 0), a.int(2, "destination", 0)))
	},
	"swapaxes": func(a *opArgs) []node {
		return one(ops.SwapAxes(a.x(0, "x"), a.int(1, "axis1", 0), a.int(2, "axis2", 0)))
	},
	"flip": func(a *opArgs) []node { return one(ops.Flip(a.x(0, "x"), a.ints(1, "axis")...)) },
	"rot90": func(a *opArgs) []node {
		axes := append(a.ints(2, "axes"), 0, 1)
		return one(ops.Rot90(a.x(0, "array"), a.int(1, "k", 1), axes[0], axes[1]))
	},
	"roll": func(a *opArgs) []node {
		x, axis := axisOrFlat(a, 2)
		return one(ops.Reshape(ops.Roll(x, a.int(1, "shift", 0), axis), a.x(0, "x").Shape...))
	},
	"tile": func(a *opArgs) []node { return one(ops.Tile(a.x(0, "x"), a.ints(1, "repeats")...)) },
	"repeat": func(a *opArgs) []node {
		x, axis := axisOrFlat(a, 2)
		if n := a.ints(1, "repeats"); len(n) > 1 {
			return one(ops.RepeatEach(x, n, axis))
		}
		return one(ops.Repeat(x, a.ints(1, "repeats")[0], axis))
	},
	"split":       func(a *opArgs) []node { return split(a, ops.Split) },
	"array_split": func(a *opArgs) []node { return split(a, ops.ArraySplit) },
	"pad":         padCase,
	"meshgrid": func(a *opArgs) []node {
		xs := make([]node, len(a.pos))
		for i := range xs {
			xs[i] = a.x(i, "x")
		}
		if a.string(-1, "indexing", "xy") == "ij" {
			return ops.MeshgridIJ(xs...)
		}
		return ops.Meshgrid(xs...)
	},
	"arange":   arangeCase,
	"linspace": linspaceCase,
	"eye":      eyeCase,
	"tri": func(a *opArgs) []node {
		return one(ops.Tri(a.graph, a.dtype(3, graph.Float32), a.int(0, "N", 0), a.int(1, "M", a.int(0, "N", 0)), a.int(2, "k", 0)))
	},
	"identity": func(a *opArgs) []node { return one(ops.Identity(a.graph, a.dtype(1, graph.Float32), a.int(0, "n", 0))) },
	"zeros": func(a *opArgs) []node {
		return one(ops.Zeros(a.graph, a.dtype(1, graph.Float32), a.ints(0, "shape")...))
	},
	"ones": func(a *opArgs) []node {
		return one(ops.Ones(a.graph, a.dtype(1, graph.Float32), a.ints(0, "shape")...))
	},
	"full_like": func(a *opArgs) []node {
		x := a.x(0, "x")
		return one(ops.Full(x, a.num(1, "fill_value", 0), x.Shape...))
	},
	"cast":     func(a *opArgs) []node { return one(ops.Cast(a.x(0, "x"), a.dtype(1, graph.Float32))) },
	"diag":     func(a *opArgs) []node { return one(ops.Diag(a.x(0, "x"), a.int(1, "k", 0))) },
	"diagflat": func(a *opArgs) []node { return one(ops.DiagFlat(a.x(0, "x"), a.int(1, "k", 0))) },
	"diagonal": func(a *opArgs) []node {
		return one(ops.DiagonalOf(a.x(0, "x"), a.int(1, "offset", 0), a.int(2, "axis1", 0), a.int(3, "axis2", 1)))
	},
	"trace": func(a *opArgs) []node {
		return one(ops.Sum(ops.DiagonalOf(a.x(0, "x"), a.int(1, "offset", 0), a.int(2, "axis1", 0), a.int(3, "axis2", 1)), -1))
	},
	"tril": func(a *opArgs) []node { return one(ops.Tril(a.x(0, "x"), a.int(1, "k", 0))) },
	"triu": func(a *opArgs) []node { return one(ops.Triu(a.x(0, "x"), a.int(1, "k", 0))) },
}

func split(a *opArgs, even func(node, int, int) []node) []node {
	x, axis := a.x(0, "x"), a.int(2, "axis", 0)
	if n, ok := a.get(1, "indices_or_sections").(float64); ok {
		return even(x, int(n), axis)
	}
	return ops.SplitAt(x, a.ints(1, "indices_or_sections"), axis)
}

func padCase(a *opArgs) []node {
	x := a.x(0, "x")
	low, high := a.pairs(1, "pad_width")
	switch mode := a.string(2, "mode", "constant"); mode {
	case "constant":
		return one(ops.Pad(x, low, high, a.num(3, "constant_values", 0)))
	case "reflect":
		return one(ops.PadReflect(x, low, high))
	case "symmetric":
		return one(ops.PadSymmetric(x, low, high))
	case "edge":
		return one(ops.PadEdge(x, low, high))
	case "wrap":
		return one(ops.PadWrap(x, low, high))
	default:
		a.wrong("mode", mode)
	}
	return nil
}

func arangeCase(a *opArgs) []node {
	start, stop := 0.0, a.num(0, "start", 0)
	if a.get(1, "stop") != nil {
		start, stop = stop, a.num(1, "stop", 0)
	}
	step := a.num(2, "step", 1)
	d := graph.Int32
	for _, v := range []float64{start, stop, step} {
		if v != float64(int(v)) {
			d = graph.Float32
		}
	}
	return one(ops.Arange(a.graph, a.dtype(3, d), start, stop, step))
}

func linspaceCase(a *opArgs) []node {
	lo, hi, n := a.num(0, "start", 0), a.num(1, "stop", 0), a.int(2, "num", 50)
	if !a.bool(3, "endpoint", true) {
		hi -= (hi - lo) / float64(n)
	}
	return one(ops.Linspace(a.graph, a.dtype(5, graph.Float32), lo, hi, n))
}

func eyeCase(a *opArgs) []node {
	n := a.int(0, "N", 0)
	return one(ops.Eye(a.graph, a.dtype(3, graph.Float32), n, a.int(1, "M", n), a.int(2, "k", 0)))
}
