package kernel

// Softmax sets y[i, j] = exp(x[i, j] − maxᵢ) / Σⱼ exp(x[i, j] − maxᵢ) for x and
// y (m, n). y may be x.
func Softmax(y, x []float32, m, n int) {}

// LogSoftmax sets y[i, j] = x[i, j] − log Σⱼ exp(x[i, j]) for x and y (m, n).
func LogSoftmax(y, x []float32, m, n int) {}

// SoftmaxGrad sets dx = y ⊙ (dy − Σⱼ dy·y), rows of (m, n), from y = Softmax(x).
func SoftmaxGrad(dx, dy, y []float32, m, n int) {}

// LogSoftmaxGrad sets dx = dy − exp(y)·Σⱼ dy, rows of (m, n), from
// y = LogSoftmax(x).
func LogSoftmaxGrad(dx, dy, y []float32, m, n int) {}

// CrossEntropySparse sets loss[i] = −log softmax(x)[i, labels[i]] and, unless
// dx is nil, dx = softmax(x) − onehot(labels): the gradient of loss[i] by row i.
// A label outside [0, n) gives NaN. dx may be x.
func CrossEntropySparse(loss, dx, x []float32, labels []int32, m, n int) {}

// CrossEntropy is CrossEntropySparse for target rows t (m, n):
// loss[i] = −Σⱼ t·log softmax(x), dx = softmax(x)·Σⱼ t − t.
func CrossEntropy(loss, dx, x, t []float32, m, n int) {}
