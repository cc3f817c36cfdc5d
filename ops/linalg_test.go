package ops_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/rhyton/rhyton/ops"
)

func transpose(x node) node { return ops.SwapAxes(x, -1, -2) }

// worst is the largest deviation of a product of factors from the original matrix.
func worst(a, b node) node { return ops.Max(ops.Abs(ops.Subtract(a, b))) }

func unit(x node) node {
	n := x.Shape[x.Rank()-1]
	return ops.Identity(x.Graph(), x.DType, n)
}

func TestFactorsMultiplyBack(t *testing.T) {
	spd := func(a node) node { return ops.Add(ops.MatMul(a, transpose(a)), unit(a)) }
	scaled := func(u, s, v node) node { return ops.MatMul(ops.Multiply(u, ops.ExpandDims(s, -2)), v) }
	rows := []struct {
		name string
		f    func(a node) node // the deviations of square matrices
	}{
		{"cholesky", func(a node) node { l := ops.Cholesky(spd(a)); return worst(ops.MatMul(l, transpose(l)), spd(a)) }},
		{"lu", func(a node) node {
			lu, p := ops.LU(a)
			l := ops.Add(ops.Tril(lu, -1), unit(a))
			at := ops.BroadcastTo(ops.ExpandDims(p, -1), a.Shape...)
			return worst(ops.MatMul(l, ops.Triu(lu, 0)), ops.TakeAlongAxis(a, at, -2))
		}},
		{"solve", func(a node) node {
			m := ops.Add(a, ops.Scale(unit(a), 5))
			return worst(ops.MatMul(m, ops.Solve(m, a)), a)
		}},
		{"inv", func(a node) node {
			m := ops.Add(a, ops.Scale(unit(a), 5))
			return worst(ops.MatMul(m, ops.Inv(m)), unit(a))
		}},
		{"qr", func(a node) node {
			q, r := ops.QR(a)
			return ops.Maximum(worst(ops.MatMul(q, r), a), worst(ops.MatMul(transpose(q), q), unit(q)))
		}},
		{"eigh", func(a node) node {
			s := spd(a)
			w, v := ops.Eigh(s)
			off := worst(ops.MatMul(s, v), ops.Multiply(v, ops.ExpandDims(w, -2)))
			return ops.Maximum(off, worst(ops.MatMul(transpose(v), v), unit(v)))
		}},
		{"svd", func(a node) node {
			u, s, v := ops.SVD(a)
			off := ops.Maximum(worst(scaled(u, s, v), a), worst(ops.MatMul(transpose(u), u), unit(u)))
			return ops.Maximum(off, worst(ops.MatMul(v, transpose(v)), unit(v)))
		}},
		{"svd of a tall matrix", func(a node) node {
			a = ops.Concatenate(-2, a, ops.Scale(a, 2))
			u, s, v := ops.SVD(a)
			return worst(scaled(u, s, v), a)
		}},
		{"full svd of a wide matrix", func(a node) node {
			n := a.Shape[a.Rank()-1]
			a = ops.Concatenate(-1, a, a)
			u, s, v := ops.FullSVD(a)
			off := worst(ops.MatMul(transpose(v), v), unit(v))
			return ops.Maximum(off, worst(scaled(u, s, ops.Slice(v, -2, 0, n)), a))
		}},
		{"svd of rank 1", func(a node) node {
			row := ops.Slice(a, -2, 0, 1)
			a = ops.MatMul(transpose(row), row)
			u, s, v := ops.SVD(a)
			return ops.Maximum(worst(scaled(u, s, v), a), worst(ops.MatMul(transpose(u), u), unit(u)))
		}},
		{"pinv", func(a node) node {
			a = ops.Concatenate(-2, a, a)
			p := ops.Pinv(a)
			return worst(ops.MatMul(ops.MatMul(a, p), a), a)
		}},
	}
	for _, r := range rows {
		for _, n := range []int{1, 2, 3, 6, 17} {
			for _, device := range []string{"ref", "cpu"} {
				t.Run(fmt.Sprintf("%s %d %s", r.name, n, device), func(t *testing.T) {
					seed := lcg(n)
					got := runOn(t, device, 1, func(in []node) []node { return []node{r.f(in[0])} }, seed.wide(2, n, n))
					if d := values(got[0])[0]; !(d < 1e-11) {
						t.Errorf("off by %v", d)
					}
				})
			}
		}
	}
}

// TestGradientsThroughDecompositions compares them with central differences, in float64.
func TestGradientsThroughDecompositions(t *testing.T) {
	spd := func(a node) node { return ops.Add(ops.MatMul(a, transpose(a)), unit(a)) }
	abs := func(xs ...node) node { // independent of signs of vectors
		sum := ops.Scalar(xs[0], 0)
		for i, x := range xs {
			w := ops.Reshape(ops.Arange(x.Graph(), x.DType, 1, float64(x.Shape.Size()+1), 1), x.Shape...)
			sum = ops.Add(sum, ops.Sum(ops.Multiply(ops.Sin(ops.Scale(w, float64(i+1))), ops.Square(x))))
		}
		return sum
	}
	rows := []struct {
		name  string
		shape []int
		f     func(a node) node
	}{
		{"cholesky", []int{2, 3, 3}, func(a node) node { return abs(ops.Cholesky(spd(a))) }},
		{"lu", []int{4, 4}, func(a node) node { lu, _ := ops.LU(a); return abs(lu) }},
		{"solve", []int{3, 3}, func(a node) node { return abs(ops.Solve(spd(a), a)) }},
		{"inv", []int{2, 3, 3}, func(a node) node { return abs(ops.Inv(spd(a))) }},
		{"det", []int{3, 3}, func(a node) node { return ops.Det(a) }},
		{"slogdet", []int{3, 3}, func(a node) node { _, l := ops.SLogDet(a); return l }},
		{"triangular", []int{3, 3}, func(a node) node {
			return abs(ops.SolveTriangular(spd(a), a, ops.Upper), ops.SolveTriangular(spd(a), a, ops.Lower))
		}},
		{"qr tall", []int{4, 3}, func(a node) node { q, r := ops.QR(a); return abs(q, r) }},
		{"qr wide", []int{3, 5}, func(a node) node { q, r := ops.QR(a); return abs(q, r) }},
		{"eigh", []int{4, 4}, func(a node) node { w, v := ops.Eigh(spd(a)); return abs(w, v) }},
		{"svd tall", []int{5, 3}, func(a node) node { u, s, v := ops.SVD(a); return abs(u, s, v) }},
		{"svd wide", []int{2, 4}, func(a node) node { u, s, v := ops.SVD(a); return abs(u, s, v) }},
		{"singular values", []int{3, 3}, func(a node) node { return abs(ops.SingularValues(a)) }},
		{"pinv", []int{4, 3}, func(a node) node { return abs(ops.Pinv(a)) }},
		{"lstsq", []int{5, 3}, func(a node) node { return abs(ops.Lstsq(a, ops.Square(a))) }},
		{"nuclear norm", []int{3, 4}, func(a node) node { return ops.NuclearNorm(a, 0, 1) }},
		{"fft", []int{2, 6}, func(a node) node { z := ops.RFFT(a, 0); return abs(z.Re, z.Im) }},
		{"sort", []int{3, 4}, func(a node) node { return abs(ops.Sort(a, 1)) }},
		{"median", []int{3, 4}, func(a node) node { return abs(ops.Median(a, 1)) }},
		{"scatter", []int{4, 3}, func(a node) node {
			return abs(ops.ScatterMultiply(a, ops.Constant(a, indices(0, 2, 0)), ops.Slice(a, 0, 0, 3)))
		}},
		{"softplus", []int{5}, func(a node) node { return abs(ops.Softplus(ops.Scale(a, 3))) }},
		{"associative scan", []int{5, 2}, func(a node) node {
			return abs(ops.AssociativeScan(func(p, q []node) []node { return []node{ops.Multiply(p[0], q[0])} }, a)[0])
		}},
		{"while", []int{3}, func(a node) node {
			small := func(v []node) node { return ops.Less(ops.Sum(ops.Square(v[0])), ops.Scalar(v[0], 40)) }
			return abs(ops.WhileLoop(6, small, func(v []node) []node { return []node{ops.Scale(v[0], 1.7)} }, a)[0])
		}},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) { checkGradient(t, r.shape, r.f) })
	}
}

func checkGradient(t *testing.T, shape []int, f func(a node) node) {
	t.Helper()
	seed := lcg(3)
	x := seed.wide(shape...)
	grad := values(run(t, func(in []node) []node { return gradOf(f(in[0]), in[0]) }, x)[0])
	const h = 1e-6
	data := x.Data().([]float64)
	at := func() float64 {
		return values(run(t, func(in []node) []node { return []node{f(in[0])} }, x)[0])[0]
	}
	want := make([]float64, len(data))
	for i, v := range data {
		data[i] = v + h
		up := at()
		data[i] = v - h
		want[i] = (up - at()) / (2 * h)
		data[i] = v
	}
	near(t, "gradient", grad, want, 2e-5)
	if math.IsNaN(grad[0]) {
		t.Error("NaN")
	}
}
