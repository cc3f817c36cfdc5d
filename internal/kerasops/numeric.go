package kerasops

import (
	"math"

	"github.com/rhyton/rhyton/ops"
)

var numerics = map[string]Function{
	"clip":  {"x x_min x_max", "x_min x_max", func(a *Args) []node { return one(a.clipped()) }},
	"round": {"x decimals", "decimals", func(a *Args) []node { return one(roundCase(a)) }},
	"nan_to_num": {"x nan posinf neginf", "nan posinf neginf", func(a *Args) []node {
		x := a.x("x")
		if a.Values["nan"] == nil && a.Values["posinf"] == nil && a.Values["neginf"] == nil {
			return one(ops.NaNToNum(x))
		}
		return one(ops.ReplaceNonFinite(x, a.num("nan", 0), a.num("posinf", math.MaxFloat32), a.num("neginf", -math.MaxFloat32)))
	}},
	"quantile":   {"x q axis method keepdims", "axis method keepdims", func(a *Args) []node { return one(quantilesCase(a, 1, ops.KeepDims.Quantile)) }},
	"percentile": {"x q axis method keepdims", "axis method keepdims", func(a *Args) []node { return one(quantilesCase(a, 100, ops.KeepDims.Quantile)) }},
	"average": {"x axis weights", "axis", func(a *Args) []node {
		if w := a.maybe("weights"); w != nil {
			return one(ops.Average(a.x("x"), w, a.ints("axis")...))
		}
		return one(ops.Mean(a.x("x"), a.ints("axis")...))
	}},
	"diff": {"a n axis", "n axis", func(a *Args) []node { return one(ops.Diff(a.x("a"), a.int("n", 1), a.int("axis", -1))) }},
	"trapezoid": {"y x dx axis", "x dx axis", func(a *Args) []node {
		if x := a.maybe("x"); x != nil {
			return one(ops.TrapezoidAt(a.x("y"), x, a.int("axis", -1)))
		}
		return one(ops.Trapezoid(a.x("y"), a.num("dx", 1), a.int("axis", -1)))
	}},
	"isclose": {"x1 x2 rtol atol", "", func(a *Args) []node {
		return one(ops.IsClose(a.x("x1"), a.x("x2"), a.num("rtol", 1e-5), a.num("atol", 1e-8)))
	}},
	"nanstd":     {"x axis", "axis", func(a *Args) []node { return one(ops.NaNStd(a.x("x"), a.ints("axis")...)) }},
	"nancumsum":  {"x axis", "axis", func(a *Args) []node { x, axis := a.flatUnlessAxis(); return one(ops.NaNCumSum(x, axis)) }},
	"nancumprod": {"x axis", "axis", func(a *Args) []node { x, axis := a.flatUnlessAxis(); return one(ops.NaNCumProd(x, axis)) }},
}

func roundCase(a *Args) node {
	if d := a.int("decimals", 0); d != 0 {
		return ops.RoundTo(a.x("x"), d)
	}
	return ops.Round(a.x("x"))
}

var quantileMethods = map[string]ops.Interpolation{
	"linear": ops.LinearInterpolation, "lower": ops.LowerInterpolation, "higher": ops.HigherInterpolation,
	"midpoint": ops.MidpointInterpolation, "nearest": ops.NearestInterpolation,
}

func quantilesCase(a *Args, whole float64, f func(ops.KeepDims, node, float64, ...ops.Interpolation) node) node {
	x, axes := a.x("x"), a.ints("axis")
	m, ok := quantileMethods[a.text("method", "linear")]
	if !ok {
		a.wrong("method", "linear, lower, higher, midpoint or nearest")
	}
	at := func(q float64) node { return a.dropped(x, axes, f(ops.KeepDims(axes), x, q/whole, m)) }
	if q := a.array(a.Values["q"]); q != nil && q.Rank() == 1 {
		var all []node
		for _, v := range a.value("q") {
			all = append(all, at(v))
		}
		return ops.Stack(0, all...)
	}
	return at(a.num("q", 0))
}

// clipped returns x clipped to x_min and x_max, which are both required.
func (a *Args) clipped() node {
	for _, name := range []string{"x_min", "x_max"} {
		if a.Values[name] == nil {
			a.wrong(name, "a number")
		}
	}
	return ops.Clip(a.x("x"), a.num("x_min", 0), a.num("x_max", 0))
}
