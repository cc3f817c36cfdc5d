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
