package tensor

import (
	"math"
	"testing"
)

func TestFinite(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, n := range []int{1, 3, 4, 5, 8, 11} {
		for at := range n {
			for _, v := range []float64{inf, -inf, nan} {
				wide := make([]float64, n)
				wide[at] = v
				for _, d := range []DType{Float32, Float64, BFloat16, Float16} {
					if x := Of(wide).Convert(d); x.Finite() {
						t.Errorf("%v as number %d of %d of %v is finite", v, at, n, d)
					}
				}
			}
		}
	}
	for _, v := range []float64{0, -1, math.MaxFloat32, -math.MaxFloat32, math.SmallestNonzeroFloat32} {
		for _, d := range []DType{Float32, Float64} {
			if x := Of([]float64{v, 1, 2}).Convert(d); !x.Finite() {
				t.Errorf("%v of %v is not", v, d)
			}
		}
	}
	if Of([]float64{1e39}).Finite() {
		t.Error("1e39 is no finite float32")
	}
	for _, d := range []DType{BFloat16, Float16} {
		if !Of([]float64{0, -3, 60000}).Convert(d).Finite() {
			t.Errorf("numbers of %v are not", d)
		}
	}
	for _, x := range []*Tensor{Of([]bool{true}), Of([]int64{math.MaxInt64}), Of([]uint8{255}), Of([]string{"NaN"}), New(Float32, 0)} {
		if !x.Finite() {
			t.Errorf("%v is not", x.DType())
		}
	}
}

func BenchmarkFinite(b *testing.B) {
	x := New(Float32, 200_000)
	for b.Loop() {
		if !x.Finite() {
			b.Fatal()
		}
	}
}
