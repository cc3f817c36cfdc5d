package kernel

import (
	"fmt"
	"math"
	"testing"
)

// sizes are rows and columns with all kinds of tails.
var sizes = [][2]int{{1, 1}, {3, 2}, {1, 17}, {5, 10}, {2, 64}, {7, 100}, {300, 3}, {600, 33}, {4, 1000}, {1000, 1}, {13, 129}, {9, 200}}

func forSizes(t *testing.T, f func(t *testing.T, name string, m, n int, x []float32)) {
	t.Helper()
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, s := range sizes {
			f(t, fmt.Sprintf("%dx%d", s[0], s[1]), s[0], s[1], normal(r, s[0]*s[1]))
		}
	})
}

func TestReductionsFoldRowsAndColumns(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, n int, x []float32) {
		for _, c := range []struct {
			name       string
			rows, cols func(dst, x []float32, m, n int)
			start      float64
			f          func(a, b float64) float64
		}{
			{"sum", SumRows, SumCols, 0, add[float64]},
			{"max", MaxRows, MaxCols, math.Inf(-1), maximum[float64]},
			{"min", MinRows, MinCols, math.Inf(1), minimum[float64]},
		} {
			rows, cols := make([]float64, m), make([]float64, n)
			foldRows(rows, widen(x), m, n, c.start, c.f)
			for j := range cols {
				cols[j] = c.start
			}
			foldCols(cols, widen(x), m, n, c.f)
			got := poisoned(m)
			c.rows(got, x, m, n)
			near(t, name+" rows "+c.name, got, rows, 1e-5)
			got = poisoned(n)
			c.cols(got, x, m, n)
			near(t, name+" cols "+c.name, got, cols, 2e-5)
		}
		var dot float64
		for _, v := range x {
			dot += float64(v) * float64(v)
		}
		near(t, name+" squares", []float32{SumSquares(x)}, []float64{dot}, 1e-5)
	})
}

func TestMaxAndMinKeepNaN(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for n := 1; n < 140; n += 3 {
			for at := range n {
				x, got := make([]float32, n), poisoned(n)
				x[at] = float32(math.NaN())
				MaxRows(got, x, 1, n)
				if got[0] == got[0] {
					t.Fatalf("row of %d with NaN at %d: max %v", n, at, got[0])
				}
				MinCols(got, x, n, 1)
				if got[0] == got[0] {
					t.Fatalf("column of %d with NaN at %d: min %v", n, at, got[0])
				}
			}
		}
	})
}

// softmax64 returns the softmax of a row and the logarithm of its divisor.
func softmax64(row []float32) (p []float64, lse float64) {
	top, sum := math.Inf(-1), 0.0
	for _, v := range row {
		top = max(top, float64(v))
	}
	for _, v := range row {
		p = append(p, math.Exp(float64(v)-top))
		sum += p[len(p)-1]
	}
	for j := range p {
		p[j] /= sum
	}
	return p, top + math.Log(sum)
}

func TestSoftmaxAndCrossEntropyMatchFloat64(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, n int, x []float32) {
		for i := range x {
			x[i] *= 20 // losses far beyond where exp underflows count too
		}
		labels := make([]int32, m)
		var p, logp, sparse, sparseGrad []float64
		for i := range m {
			labels[i] = int32(i * 7 % n)
			row, lse := softmax64(x[i*n : i*n+n])
			for j, v := range row {
				l := float64(x[i*n+j]) - lse
				p, logp = append(p, v), append(logp, l)
				hot := truth(j == int(labels[i]))
				sparseGrad = append(sparseGrad, v-hot)
			}
			sparse = append(sparse, lse-float64(x[i*n+int(labels[i])]))
		}
		got, loss := poisoned(m*n), poisoned(m)
		Softmax(got, x, m, n)
		near(t, name+" softmax", got, p, 2e-6)
		LogSoftmax(got, x, m, n)
		near(t, name+" log softmax", got, logp, 2e-6)
		CrossEntropySparse(loss, got, x, labels, m, n)
		near(t, name+" sparse loss", loss, sparse, 2e-6)
		near(t, name+" sparse grad", got, sparseGrad, 2e-6)
		CrossEntropySparse(loss, nil, x, labels, m, n)
		near(t, name+" sparse loss alone", loss, sparse, 2e-6)
		in := append([]float32{}, x...)
		Softmax(in, in, m, n)
		near(t, name+" in place", in, p, 2e-6)
	})
}

func TestCrossEntropyOfAnUnknownLabelIsNaN(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		loss, dx := make([]float32, 2), make([]float32, 6)
		CrossEntropySparse(loss, dx, []float32{1, 2, 3, 4, 5, 6}, []int32{3, -1}, 2, 3)
		for _, v := range append(loss, dx...) {
			if v == v {
				t.Errorf("got %v", v)
			}
		}
	})
}

func TestSoftmaxGradIsTheVectorJacobianProduct(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, n int, x []float32) {
		dy := normal(newRand(), m*n)
		var want []float64
		for i := range m {
			p, _ := softmax64(x[i*n : i*n+n])
			dot := 0.0
			for j, v := range p {
				dot += v * float64(dy[i*n+j])
			}
			for j, v := range p {
				want = append(want, v*(float64(dy[i*n+j])-dot))
			}
		}
		y, got := make([]float32, m*n), poisoned(m*n)
		Softmax(y, x, m, n)
		SoftmaxGrad(got, dy, y, m, n)
		near(t, name+" softmax", got, want, 5e-6)
	})
}

// The sum of a row does not depend on how many rows are done with it.
func TestDotRowsAreOfEachRowAlone(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, n := range []int{1, 3, 8, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 200} {
			for m := 1; m <= 11; m++ {
				a, b := normal(r, m*n), normal(r, m*n)
				a[0], a[m*n-1] = float32(math.Inf(1)), float32(math.NaN())
				for _, ldb := range []int{0, n} {
					got := poisoned(m + 1)
					DotRows(got[:m], a, b, m, n, ldb)
					if got[m] == got[m] {
						t.Fatalf("m %d n %d: wrote past the end", m, n)
					}
					for i := range m {
						alone, want := poisoned(1), 0.0
						DotRows(alone, a[i*n:(i+1)*n], b[i*ldb:], 1, n, ldb)
						for j := range n {
							want += float64(a[i*n+j]) * float64(b[i*ldb+j])
						}
						if math.Float32bits(alone[0]) != math.Float32bits(got[i]) && want == want {
							t.Fatalf("m %d n %d ldb %d: row %d is %v, alone %v", m, n, ldb, i, got[i], alone[0])
						}
						near(t, fmt.Sprintf("m %d n %d ldb %d row %d", m, n, ldb, i), got[i:i+1], []float64{want}, 2e-5)
					}
				}
			}
		}
	})
}
