package golden

import (
	"math"

	"github.com/rhyton/rhyton/ops"
)

var matrixOps = map[string]opFunc{
	"einsum": func(a *opArgs) []node {
		var xs []node
		for i := range a.pos[1:] {
			xs = append(xs, a.x(i+1, "operands"))
		}
		return one(ops.Einsum(a.string(0, "subscripts", ""), xs...))
	},
	"tensordot": tensordotCase,
	"norm":      normCase,
	"cholesky": func(a *opArgs) []node {
		y := ops.Cholesky(a.x(0, "x"))
		if a.bool(1, "upper", false) {
			y = ops.SwapAxes(y, -1, -2)
		}
		return one(y)
	},
	"cholesky_inverse": func(a *opArgs) []node { return one(ops.CholeskyInverse(a.x(0, "x"))) },
	"solve_triangular": func(a *opArgs) []node {
		half := ops.Upper
		if a.bool(2, "lower", false) {
			half = ops.Lower
		}
		return one(ops.SolveTriangular(a.x(0, "a"), a.x(1, "b"), half))
	},
	"lu_factor": func(a *opArgs) []node { lu, p := ops.LU(a.x(0, "x")); return []node{lu, p} },
	"slogdet":   func(a *opArgs) []node { s, l := ops.SLogDet(a.x(0, "x")); return []node{s, l} },
	"eig": func(a *opArgs) []node {
		w, v := ops.Eig(a.x(0, "x"))
		return []node{w.Re, w.Im, v.Re, v.Im}
	},
	"eigh":        func(a *opArgs) []node { w, v := ops.Eigh(a.x(0, "x")); return []node{w, v} },
	"pinv":        func(a *opArgs) []node { return one(ops.Pinv(a.x(0, "x"))) },
	"matrix_rank": func(a *opArgs) []node { return one(ops.MatrixRank(a.x(0, "x"))) },
	"qr": func(a *opArgs) []node {
		f := ops.QR
		if a.string(1, "mode", "reduced") == "complete" {
			f = ops.FullQR
		}
		q, r := f(a.x(0, "x"))
		return []node{q, r}
	},
	"svd": func(a *opArgs) []node {
		f := ops.SVD
		if a.bool(1, "full_matrices", true) {
			f = ops.FullSVD
		}
		u, s, v := f(a.x(0, "x"))
		if !a.bool(2, "compute_uv", true) {
			return one(s)
		}
		return []node{u, s, v}
	},
	"vander": func(a *opArgs) []node {
		x := a.x(0, "x")
		y := ops.Vander(x, a.int(1, "N", x.Shape[0]))
		if a.bool(2, "increasing", false) {
			y = ops.Flip(y, -1)
		}
		return one(y)
	},
}

func tensordotCase(a *opArgs) []node {
	x, y := a.x(0, "x1"), a.x(1, "x2")
	if list, ok := a.get(2, "axes").([]any); ok {
		ax, bx := list[0], list[1]
		p, ok := ax.([]any)
		if !ok {
			return one(ops.TensordotAxes(x, y, []int{int(ax.(float64))}, []int{int(bx.(float64))}))
		}
		return one(ops.TensordotAxes(x, y, asInts(a, "axes", p), asInts(a, "axes", bx.([]any))))
	}
	return one(ops.Tensordot(x, y, a.int(2, "axes", 2)))
}

func normCase(a *opArgs) []node {
	x, axes := a.x(0, "x"), a.ints(2, "axis")
	k := ops.KeepDims(axes)
	switch p := a.get(1, "ord").(type) {
	case nil:
		return one(dropped(a, x, axes, k.Norm(x)))
	case float64:
		return one(dropped(a, x, axes, k.NormOrder(x, p)))
	case string:
		switch p {
		case "fro":
			return one(dropped(a, x, axes, k.Norm(x)))
		case "nuc":
			if axes == nil {
				axes = []int{0, 1}
			}
			return one(ops.NuclearNorm(x, axes[0], axes[1]))
		case "inf", "Infinity":
			return one(dropped(a, x, axes, k.NormOrder(x, math.Inf(1))))
		case "-inf", "-Infinity":
			return one(dropped(a, x, axes, k.NormOrder(x, math.Inf(-1))))
		}
	}
	a.wrong("ord", a.get(1, "ord"))
	return nil
}

var numericOps = map[string]opFunc{
	"clip":  func(a *opArgs) []node { return one(ops.Clip(a.x(0, "x"), a.num(1, "x_min", 0), a.num(2, "x_max", 0))) },
	"round": func(a *opArgs) []node { return one(roundCase(a)) },
	"nan_to_num": func(a *opArgs) []node {
		x := a.x(0, "x")
		if a.get(1, "nan") == nil && a.get(2, "posinf") == nil && a.get(3, "neginf") == nil {
			return one(ops.NaNToNum(x))
		}
		return one(ops.ReplaceNonFinite(x, a.num(1, "nan", 0), a.num(2, "posinf", math.MaxFloat32), a.num(3, "neginf", -math.MaxFloat32)))
	},
	"quantile":   func(a *opArgs) []node { return one(quantilesCase(a, 1, ops.KeepDims.Quantile)) },
	"percentile": func(a *opArgs) []node { return one(quantilesCase(a, 100, ops.KeepDims.Quantile)) },
	"average": func(a *opArgs) []node {
		if w := a.maybe(2, "weights"); w != nil {
			return one(ops.Average(a.x(0, "x"), w, a.ints(1, "axis")...))
		}
		return one(ops.Mean(a.x(0, "x"), a.ints(1, "axis")...))
	},
	"diff": func(a *opArgs) []node { return one(ops.Diff(a.x(0, "a"), a.int(1, "n", 1), a.int(2, "axis", -1))) },
	"trapezoid": func(a *opArgs) []node {
		if x := a.maybe(1, "x"); x != nil {
			return one(ops.TrapezoidAt(a.x(0, "y"), x, a.int(3, "axis", -1)))
		}
		return one(ops.Trapezoid(a.x(0, "y"), a.num(2, "dx", 1), a.int(3, "axis", -1)))
	},
	"isclose": func(a *opArgs) []node {
		return one(ops.IsClose(a.x(0, "x1"), a.x(1, "x2"), a.num(2, "rtol", 1e-5), a.num(3, "atol", 1e-8)))
	},
	"nanstd":     func(a *opArgs) []node { return one(ops.NaNStd(a.x(0, "x"), a.ints(1, "axis")...)) },
	"nancumsum":  func(a *opArgs) []node { x, axis := axisOrFlat(a, 1); return one(ops.NaNCumSum(x, axis)) },
	"nancumprod": func(a *opArgs) []node { x, axis := axisOrFlat(a, 1); return one(ops.NaNCumProd(x, axis)) },
	"rfft": func(a *opArgs) []node {
		z := ops.RFFT(a.x(0, "x"), a.int(1, "fft_length", 0))
		return []node{z.Re, z.Im}
	},
	"irfft": func(a *opArgs) []node { return one(ops.IRFFT(complexOf(a), a.int(1, "fft_length", 0))) },
	"fft":   func(a *opArgs) []node { z := ops.FFT(complexOf(a)); return []node{z.Re, z.Im} },
	"ifft2": func(a *opArgs) []node { z := ops.IFFT2(complexOf(a)); return []node{z.Re, z.Im} },
	"fft2":  func(a *opArgs) []node { z := ops.FFT2(complexOf(a)); return []node{z.Re, z.Im} },
	"stft": func(a *opArgs) []node {
		o := ops.STFT{Length: a.int(1, "sequence_length", 0), Stride: a.int(2, "sequence_stride", 0), FFT: a.int(3, "fft_length", 0),
			Uncentered: !a.bool(5, "center", true)}
		z := o.Of(a.x(0, "x"))
		return []node{z.Re, z.Im}
	},
	"extract_sequences": func(a *opArgs) []node {
		return one(ops.ExtractSequences(a.x(0, "x"), a.int(1, "sequence_length", 0), a.int(2, "sequence_stride", 0)))
	},
}

// complexOf reads the pair of real and imaginary parts.
func complexOf(a *opArgs) ops.Complex {
	p := a.xs(0, "x")
	return ops.Complex{Re: p[0], Im: p[1]}
}

func roundCase(a *opArgs) node {
	if d := a.int(1, "decimals", 0); d != 0 {
		return ops.RoundTo(a.x(0, "x"), d)
	}
	return ops.Round(a.x(0, "x"))
}

var quantileMethods = map[string]ops.Interpolation{
	"linear": ops.LinearInterpolation, "lower": ops.LowerInterpolation, "higher": ops.HigherInterpolation,
	"midpoint": ops.MidpointInterpolation, "nearest": ops.NearestInterpolation,
}

func quantilesCase(a *opArgs, whole float64, f func(ops.KeepDims, node, float64, ...ops.Interpolation) node) node {
	x, axes := a.x(0, "x"), a.ints(2, "axis")
	m, ok := quantileMethods[a.string(3, "method", "linear")]
	if !ok {
		a.wrong("method", a.get(3, "method"))
	}
	at := func(q float64) node { return dropped(a, x, axes, f(ops.KeepDims(axes), x, q/whole, m)) }
	if q, ok := a.get(1, "q").(arrayArg); ok && q.value.Rank() == 1 {
		var all []node
		for _, v := range Floats(q.value) {
			all = append(all, at(v))
		}
		return ops.Stack(0, all...)
	}
	return at(a.num(1, "q", 0))
}
