package ops

import (
	"math"
	"math/cmplx"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/internal/gradcheck"
	"github.com/rhyton/rhyton/tensor"
)

// eigen returns the eigenvalues and vectors of n by n matrices in float64.
func eigen(t *testing.T, a []float64, n int) (w, v []complex128) {
	t.Helper()
	got := eval(t, func(x []N) []N {
		w, v := Eig(x[0])
		return []N{w.Re, w.Im, v.Re, v.Im}
	}, tensor.Of(a, len(a)/n/n, n, n))
	join := func(i int) (z []complex128) {
		for k, re := range got[i].Data().([]float64) {
			z = append(z, complex(re, got[i+1].Data().([]float64)[k]))
		}
		return z
	}
	return join(0), join(2)
}

func TestEigenvectorsSatisfyTheirEquation(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for _, n := range []int{1, 2, 3, 4, 9} {
		const batch = 3
		a := make([]float64, batch*n*n)
		for i := range a {
			a[i] = r.NormFloat64()
		}
		for i := range n * n { // the last is symmetric
			a[2*n*n+i] = a[i/n*n+i%n] + a[i%n*n+i/n]
		}
		w, v := eigen(t, a, n)
		for b := range batch {
			m := a[b*n*n:]
			for k := range n {
				size := 0.0
				for i := range n {
					var sum complex128
					for j := range n {
						sum += complex(m[i*n+j], 0) * v[b*n*n+j*n+k]
					}
					if off := cmplx.Abs(sum - w[b*n+k]*v[b*n*n+i*n+k]); off > 1e-11*float64(n) {
						t.Errorf("%d: vector %d of matrix %d is off by %v", n, k, b, off)
					}
					size += real(v[b*n*n+i*n+k] * cmplx.Conj(v[b*n*n+i*n+k]))
				}
				if math.Abs(size-1) > 1e-12 || b == 2 && imag(w[b*n+k]) != 0 {
					t.Errorf("%d: vector %d has length² %v, value %v", n, k, size, w[b*n+k])
				}
			}
		}
	}
}

// The values are those of keras.ops.eig on JAX, sorted: of a rotation, a defective matrix, the
// companion matrix of x³ - 1, whose eigenvalues all have one size, zeros, and a cycle of four.
func TestEigenvaluesOfAwkwardMatrices(t *testing.T) {
	h := math.Sqrt(3) / 2
	for _, row := range []struct {
		n    int
		a    []float64
		want []complex128
		tol  float64
	}{
		{2, []float64{0, -1, 1, 0}, []complex128{-1i, 1i}, 1e-14},
		{2, []float64{1, 1, 0, 1}, []complex128{1, 1}, 1e-7},
		{3, []float64{0, 0, 1, 1, 0, 0, 0, 1, 0}, []complex128{complex(-.5, -h), complex(-.5, h), 1}, 1e-13},
		{3, make([]float64, 9), []complex128{0, 0, 0}, 1e-14},
		{4, []float64{0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0}, []complex128{-1, -1i, 1i, 1}, 1e-13},
		{3, []float64{2, 0, 0, 0, 3, 0, 0, 0, 2}, []complex128{2, 2, 3}, 1e-14},
	} {
		w, v := eigen(t, row.a, row.n)
		slices.SortFunc(w, func(a, b complex128) int {
			if math.Abs(real(a)-real(b)) > 1e-6 {
				return int(math.Copysign(1, real(a)-real(b)))
			}
			return int(math.Copysign(1, imag(a)-imag(b)))
		})
		for i := range w {
			if cmplx.Abs(w[i]-row.want[i]) > row.tol {
				t.Errorf("%v: %v; want %v", row.a, w, row.want)
				break
			}
		}
		if slices.ContainsFunc(v, cmplx.IsNaN) {
			t.Errorf("%v: vectors %v", row.a, v)
		}
	}
}

func TestGradientsOfEig(t *testing.T) {
	keep := func(x N) N { // far from equal eigenvalues
		d := x.Graph().Literal(tensor.Of([]float64{3, 2, 0, -2, 3, 1, 0, 0, -4}, 1, 3, 3))
		return Add(Scale(x, .3), d)
	}
	for _, c := range []gradcheck.Case{
		{Name: "values", Shapes: [][]int{{1, 3, 3}}, Once: true, F: func(x []N) N {
			w, _ := Eig(keep(x[0]))
			return Concatenate(0, Sum(Exp(Scale(w.Re, .2)), 1), Sum(Square(w.Im), 1))
		}},
		{Name: "vectors", Shapes: [][]int{{1, 3, 3}}, Once: true, F: func(x []N) N {
			w, v := Eig(keep(x[0]))
			size := Add(Square(v.Re), Square(v.Im))
			return Sum(Multiply(size, ExpandDims(w.Re, 1)), 2)
		}},
	} {
		t.Run(c.Name, c.Check)
	}
}
