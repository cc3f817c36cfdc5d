package kernel

import (
	"math"
	"sync"
)

// Softmax sets y[i, j] = exp(x[i, j] − maxᵢ) / Σⱼ exp(x[i, j] − maxᵢ) for x and
// y (m, n). y may be x.
func Softmax(y, x []float32, m, n int) {
	if f := table.softmaxRows; f != nil && m*n > 0 {
		f(&y[:m*n][0], nil, &x[:m*n][0], m, n)
		return
	}
	for i := range m {
		out := y[i*n : i*n+n]
		sum, _ := expRow(out, x[i*n:i*n+n])
		BinaryVS(Mul, out, out, 1/sum)
	}
}

// LogSoftmax sets y[i, j] = x[i, j] − log Σⱼ exp(x[i, j]) for x and y (m, n).
func LogSoftmax(y, x []float32, m, n int) {
	if f := table.logSoftmaxRows; f != nil && m*n > 0 {
		f(&y[:m*n][0], nil, &x[:m*n][0], m, n)
		return
	}
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
	if f := table.softmaxGrad; f != nil && m*n > 0 {
		f(&dx[:m*n][0], &dy[:m*n][0], &y[:m*n][0], m, n)
		return
	}
	for i := range m {
		d, out := dx[i*n:i*n+n], y[i*n:i*n+n]
		BinaryVS(Sub, d, dy[i*n:i*n+n], Dot(dy[i*n:i*n+n], out))
		Binary(Mul, d, d, out)
	}
}

// CrossEntropySparse sets loss[i] = −log softmax(x)[i, labels[i]] and, unless
// dx is nil, dx = softmax(x) − onehot(labels): the gradient of loss[i] by row i.
// A label outside [0, n) gives NaN. dx may be x.
func CrossEntropySparse(loss, dx, x []float32, labels []int32, m, n int) {
	loss, labels = loss[:m], labels[:m]
	for i, label := range labels {
		loss[i] = float32(math.NaN())
		if label >= 0 && int(label) < n {
			loss[i] = x[i*n+int(label)]
		}
	}
	softmaxLoss(dx, loss, x, m, n)
	if dx == nil {
		return
	}
	for i, label := range labels {
		if label >= 0 && int(label) < n {
			dx[i*n+int(label)]--
		} else {
			Fill(dx[i*n:i*n+n], float32(math.NaN()))
		}
	}
}

// softmaxLoss turns acc[i], a mean of row i's logits, into −log of the softmax
// there, and sets y, unless it is nil, to the softmax.
func softmaxLoss(y, acc, x []float32, m, n int) {
	if m*n == 0 {
		return
	}
	if f := table.logSumRows; f != nil && y == nil {
		f(nil, &acc[0], &x[:m*n][0], m, n)
		return
	}
	if f := table.softmaxRows; f != nil {
		f(&y[:m*n][0], &acc[0], &x[:m*n][0], m, n)
		return
	}
	block := blocks.Get().(*[256]float32)
	defer blocks.Put(block)
	for i := range m {
		row := x[i*n : i*n+n]
		if y == nil {
			sum, top := expRowDiscard(row, block[:])
			acc[i] = log32(sum) - (acc[i] - top)
			continue
		}
		out := y[i*n : i*n+n]
		sum, top := expRow(out, row)
		acc[i] = log32(sum) - (acc[i] - top)
		BinaryVS(Mul, out, out, 1/sum)
	}
}

// blocks holds room for exponentials that nobody keeps; on the stack it would escape.
var blocks = sync.Pool{New: func() any { return new([256]float32) }}

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
	top := negInf
	for _, v := range x {
		top = maximum(top, v)
	}
	return top
}

// expShifted sets dst = exp(x − top) and returns its sum.
func expShifted(dst, x []float32, top float32) float32 {
	BinaryVS(Sub, dst, x, top)
	Unary(Exp, dst, dst)
	return Sum(dst)
}
