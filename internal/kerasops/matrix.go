package kerasops

import (
	"math"

	"github.com/rhyton/rhyton/ops"
)

var matrices = map[string]Function{
	"einsum": {"subscripts *operands", "subscripts", func(a *Args) []node {
		return one(ops.Einsum(a.text("subscripts", ""), a.xs("*operands")...))
	}},
	"tensordot": {"x1 x2 axes", "axes", tensordotCase},
	"norm":      {"x ord axis keepdims", "ord axis keepdims", normCase},
	"cholesky": {"x upper", "upper", func(a *Args) []node {
		y := ops.Cholesky(a.x("x"))
		if a.bool("upper", false) {
			y = ops.SwapAxes(y, -1, -2)
		}
		return one(y)
	}},
	"cholesky_inverse": {"x", "", func(a *Args) []node { return one(ops.CholeskyInverse(a.x("x"))) }},
	"solve_triangular": {"a b lower", "lower", func(a *Args) []node {
		half := ops.Upper
		if a.bool("lower", false) {
			half = ops.Lower
		}
		return one(ops.SolveTriangular(a.x("a"), a.x("b"), half))
	}},
	"lu_factor": {"x", "", func(a *Args) []node { lu, p := ops.LU(a.x("x")); return []node{lu, p} }},
	"slogdet":   {"x", "", func(a *Args) []node { s, l := ops.SLogDet(a.x("x")); return []node{s, l} }},
	"eig": {"x", "", func(a *Args) []node {
		w, v := ops.Eig(a.x("x"))
		return []node{w.Re, w.Im, v.Re, v.Im}
	}},
	"eigh":        {"x", "", func(a *Args) []node { w, v := ops.Eigh(a.x("x")); return []node{w, v} }},
	"pinv":        {"x", "", func(a *Args) []node { return one(ops.Pinv(a.x("x"))) }},
	"matrix_rank": {"x", "", func(a *Args) []node { return one(ops.MatrixRank(a.x("x"))) }},
	"qr": {"x mode", "mode", func(a *Args) []node {
		f := ops.QR
		if a.text("mode", "reduced") == "complete" {
			f = ops.FullQR
		}
		q, r := f(a.x("x"))
		return []node{q, r}
	}},
	"svd": {"x full_matrices compute_uv", "", func(a *Args) []node {
		f := ops.SVD
		if a.bool("full_matrices", true) {
			f = ops.FullSVD
		}
		u, s, v := f(a.x("x"))
		if !a.bool("compute_uv", true) {
			return one(s)
		}
		return []node{u, s, v}
	}},
}

func tensordotCase(a *Args) []node {
	x, y := a.x("x1"), a.x("x2")
	if list, ok := a.Values["axes"].([]any); ok && len(list) == 2 {
		return one(ops.TensordotAxes(x, y, a.intsOf("axes", list[0]), a.intsOf("axes", list[1])))
	}
	return one(ops.Tensordot(x, y, a.int("axes", 2)))
}

func normCase(a *Args) []node {
	order := func(p float64) []node {
		return one(a.reduced(func(k ops.KeepDims, x node) node { return k.NormOrder(x, p) }))
	}
	name, named := a.Values["ord"].(string)
	switch {
	case a.Values["ord"] == nil || name == "fro":
		return one(a.reduced(ops.KeepDims.Norm))
	case name == "nuc":
		axes := a.ints("axis")
		if axes == nil {
			axes = []int{0, 1}
		}
		if len(axes) != 2 {
			a.wrong("axis", "two axes")
		}
		return one(ops.NuclearNorm(a.x("x"), axes[0], axes[1]))
	case name == "inf" || name == "Infinity":
		return order(math.Inf(1))
	case name == "-inf" || name == "-Infinity":
		return order(math.Inf(-1))
	case named:
		a.wrong("ord", "a number, fro, nuc, inf or -inf")
	}
	return order(a.num("ord", 2))
}
