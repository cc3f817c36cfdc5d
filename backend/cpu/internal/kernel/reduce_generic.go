package kernel

import "math"

var negInf = float32(math.Inf(-1))

func add[T float](a, b T) T     { return a + b }
func maximum[T float](a, b T) T { return max(a, b) }
func minimum[T float](a, b T) T { return min(a, b) }

func foldRows[T float](dst, x []T, m, n int, start T, f func(a, b T) T) {
	for i := range m {
		s := start
		for _, v := range x[i*n : i*n+n] {
			s = f(s, v)
		}
		dst[i] = s
	}
}

// foldCols folds the rows of x into dst.
func foldCols[T float](dst, x []T, m, n int, f func(a, b T) T) {
	for i := range m {
		for j, v := range x[i*n : i*n+n] {
			dst[j] = f(dst[j], v)
		}
	}
}

// SumAxis64 sums x (outer, k, inner) over k into dst (outer, inner).
func SumAxis64(dst, x []float64, outer, k, inner int) { foldAxis64(dst, x, outer, k, inner, 0, add) }

// MaxAxis64 takes the maximum of x (outer, k, inner) over k.
func MaxAxis64(dst, x []float64, outer, k, inner int) {
	foldAxis64(dst, x, outer, k, inner, math.Inf(-1), maximum)
}

// MinAxis64 takes the minimum of x (outer, k, inner) over k.
func MinAxis64(dst, x []float64, outer, k, inner int) {
	foldAxis64(dst, x, outer, k, inner, math.Inf(1), minimum)
}

func foldAxis64(dst, x []float64, outer, k, inner int, start float64, f func(a, b float64) float64) {
	for o := range outer {
		part := dst[o*inner : (o+1)*inner]
		for j := range part {
			part[j] = start
		}
		foldCols(part, x[o*k*inner:], k, inner, f)
	}
}

func portableSum(x *float32, n int) float32 {
	var s float32
	for _, v := range slice(x, n) {
		s += v
	}
	return s
}

func portableDot(a, b *float32, n int) float32 {
	var s float64
	y := slice(b, n)
	for i, v := range slice(a, n) {
		s += float64(v) * float64(y[i])
	}
	return float32(s)
}
