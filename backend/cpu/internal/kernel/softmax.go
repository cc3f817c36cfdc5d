package kernel

import "math"

// Softmax sets y[i, j] = exp(x[i, j] − maxᵢ) / Σⱼ exp(x[i, j] − maxᵢ) for x and
// y (m, n). y may be x.
func Softmax(y, x []float32, m, n int) {
	for i := range m {
		out := y[i*n : i*n+n]
		sum, _ := expRow(out, x[i*n:i*n+n])
		BinaryVS(Mul, out, out, 1/sum)
	}
}

// LogSoftmax sets y[i, j] = x[i, j] − log Σⱼ exp(x[i, j]) for x and y (m, n).
func LogSoftmax(y, x []float32, m, n int) {
	var block [256]float32
	for i := range m {
		row := x[i*n : i*n+n]
		sum, top := expRowDiscard(row, block[:])
		BinaryVS(Sub, y[i*n:i*n+n], row, top)
		BinaryVS(Sub, y[i*n:i*n+n], y[i*n:i*n+n], log32(sum))
	}
}

// SoftmaxGrad sets dx = y ⊙ (dy − Σⱼ dy·y), rows of (m, n), from y = Softmax(x).
func SoftmaxGrad(dx, dy, y []float32, m, n int) {
	for i := range m {
		d, out := dx[i*n:i*n+n], y[i*n:i*n+n]
		BinaryVS(Sub, d, dy[i*n:i*n+n], Dot(dy[i*n:i*n+n], out))
		Binary(Mul, d, d, out)
	}
}

// LogSoftmaxGrad sets dx = dy − exp(y)·Σⱼ dy, rows of (m, n), from
// y = LogSoftmax(x). dx may be dy, not y.
func LogSoftmaxGrad(dx, dy, y []float32, m, n int) {
	var block [256]float32
	for i := range m {
		s := Sum(dy[i*n : i*n+n])
		for j := 0; j < n; j += len(block) {
			lo, hi := i*n+j, i*n+min(j+len(block), n)
			e := block[:hi-lo]
			Unary(Exp, e, y[lo:hi])
			BinaryVS(Mul, e, e, s)
			Binary(Sub, dx[lo:hi], dy[lo:hi], e)
		}
	}
}

// CrossEntropySparse sets loss[i] = −log softmax(x)[i, labels[i]] and, unless
// dx is nil, dx = softmax(x) − onehot(labels): the gradient of loss[i] by row i.
// A label outside [0, n) gives NaN. dx may be x.
func CrossEntropySparse(loss, dx, x []float32, labels []int32, m, n int) {
	var block [256]float32
	for i := range m {
		row := x[i*n : i*n+n]
		label := int(labels[i])
		known := label >= 0 && label < n
		at := float32(math.NaN())
		if known {
			at = row[label]
		}
		if dx == nil {
			sum, top := expRowDiscard(row, block[:])
			loss[i] = log32(sum) - (at - top)
			continue
		}
		d := dx[i*n : i*n+n]
		sum, top := expRow(d, row)
		loss[i] = log32(sum) - (at - top)
		BinaryVS(Mul, d, d, 1/sum)
		if known {
			d[label]--
		} else {
			Fill(d, at)
		}
	}
}

// CrossEntropy is CrossEntropySparse for target rows t (m, n):
// loss[i] = −Σⱼ t·log softmax(x), dx = softmax(x)·Σⱼ t − t. dx may be x.
func CrossEntropy(loss, dx, x, t []float32, m, n int) {
	var block [256]float32
	for i := range m {
		row, want := x[i*n:i*n+n], t[i*n:i*n+n]
		mass, cross := Sum(want), Dot(want, row)
		if dx == nil {
			sum, top := expRowDiscard(row, block[:])
			loss[i] = mass*(log32(sum)+top) - cross
			continue
		}
		d := dx[i*n : i*n+n]
		sum, top := expRow(d, row)
		loss[i] = mass*(log32(sum)+top) - cross
		BinaryVS(Mul, d, d, mass/sum)
		Binary(Sub, d, d, want)
	}
}

func log32(x float32) float32 { return float32(math.Log(float64(x))) }

// expRow sets dst = exp(x − top) and returns its sum and top = max x.
func expRow(dst, x []float32) (sum, top float32) {
	top = rowMax(x)
	return expShifted(dst, x, top), top
}

// expRowDiscard is expRow without a place for the exponentials.
func expRowDiscard(x, block []float32) (sum, top float32) {
	top = rowMax(x)
	for j := 0; j < len(x); j += len(block) {
		part := x[j:min(j+len(block), len(x))]
		sum += expShifted(block[:len(part)], part, top)
	}
	return sum, top
}

// rowMax is the shift of a softmax.
func rowMax(x []float32) float32 {
	var top [1]float32
	MaxRows(top[:], x, 1, len(x))
	return top[0]
}

// expShifted sets dst = exp(x − top) and returns its sum.
func expShifted(dst, x []float32, top float32) float32 {
	BinaryVS(Sub, dst, x, top)
	Unary(Exp, dst, dst)
	return Sum(dst)
}
