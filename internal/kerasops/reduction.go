package kerasops

import "github.com/rhyton/rhyton/ops"

// A reduction is a method of ops.KeepDims.
type reduction func(k ops.KeepDims, x node) node

var reductions = map[string]reduction{
	"sum": ops.KeepDims.Sum, "prod": ops.KeepDims.Prod, "max": ops.KeepDims.Max, "min": ops.KeepDims.Min, "amax": ops.KeepDims.Max, "amin": ops.KeepDims.Min,
	"mean": ops.KeepDims.Mean, "var": ops.KeepDims.Var, "std": ops.KeepDims.Std, "all": ops.KeepDims.All, "any": ops.KeepDims.Any,
	"logsumexp": ops.KeepDims.LogSumExp, "count_nonzero": ops.KeepDims.CountNonzero,
	"nansum": ops.KeepDims.NaNSum, "nanprod": ops.KeepDims.NaNProd, "nanmax": ops.KeepDims.NaNMax, "nanmin": ops.KeepDims.NaNMin,
	"nanmean": ops.KeepDims.NaNMean, "nanvar": ops.KeepDims.NaNVar,
	"median": func(k ops.KeepDims, x node) node { return k.Quantile(x, .5) },
	"ptp":    func(k ops.KeepDims, x node) node { return ops.Subtract(k.Max(x), k.Min(x)) },
}

// reduced applies f over the argument axis, or over all axes if it is absent.
func (a *Args) reduced(f reduction) node {
	x, axes := a.x("x"), a.ints("axis")
	return a.dropped(x, axes, f(ops.KeepDims(axes), x))
}

// dropped removes the reduced axes of y, a reduction of x, unless keepdims is true.
func (a *Args) dropped(x node, axes []int, y node) node {
	switch {
	case a.bool("keepdims", false):
		return y
	case axes == nil:
		return ops.Reshape(y)
	}
	return ops.Squeeze(y, axes...)
}
