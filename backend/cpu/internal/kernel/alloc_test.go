package kernel

import "testing"

func TestKernelsAllocateNothing(t *testing.T) {
	if Active() == Generic {
		return // the portable loops may
	}
	const m, n = 40, 33
	p := NewThreadPool(2)
	defer p.Close()
	r := newRand()
	x, y, z := normal(r, m*n), normal(r, m*n), normal(r, m*n)
	a, b, c, d := normal(r, m*n), normal(r, m*n), normal(r, m*n), normal(r, m*n)
	labels := make([]int32, m)
	conv := &Conv{Window: Window{Batch: 2, In: []int{10, 10}, Out: []int{10, 10}, Kernel: []int{3, 3}, Low: []int{1, 1}}, InChannels: 6, Filters: 5}
	pool := &Pooling{Window: Window{Batch: 2, In: []int{10, 10}, Out: []int{5, 5}, Kernel: []int{2, 2}, Stride: []int{2, 2}}, Channels: 6}
	var cols Columns
	idle := &Idle{AdamConfig: AdamConfig{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}, Kept1: y, Kept2: y}
	tall, tallOut := normal(r, 2000*40), make([]float32, 40)
	for name, f := range map[string]func(){
		"sum": func() { Sum(x); SumRows(a, x, m, n); SumCols(a, x, m, n) },
		"sin": func() { Unary(Sin, y, x) },
		"softmax": func() {
			Softmax(y, x, m, n)
			LogSoftmax(y, x, m, n)
			SoftmaxGrad(z, x, y, m, n)
		},
		"cross entropy": func() {
			CrossEntropySparse(a, y, x, labels, m, n)
			CrossEntropySparse(a, nil, x, labels, m, n)
		},
		"norms": func() {
			LayerNorm(y, a, b, x, c, d, 1e-3, m, n)
			(&NormGrad{DX: z, DGamma: a, DBeta: b, DY: y, X: x, Mean: c, RStd: d, Gamma: c, M: m, N: n}).LayerNorm()
			ColMoments(a, b, x, m, n)
			(&NormGrad{DX: z, DGamma: a, DBeta: b, DY: y, X: x, Mean: c, RStd: d, Gamma: c, M: m, N: n}).BatchNorm()
		},
		"optimizers": func() {
			Adam(x, y, z, a, AdamConfig{Rate: 1})
			AdamIdle(x, y, z, a[:9], idle)
		},
		"lstm":    func() { LSTMForward(y, z, x, a, 10, 8, 8); LSTMBackward(x, z, y, x, b, c, 10, 8, 8) },
		"conv":    func() { conv.Forward(p, y, x, z, a); conv.InputGrad(p, y, x, z); conv.FilterGrad(p, y, x, z) },
		"pooling": func() { pool.Max(p, y, x); pool.SumGrad(p, y, x) },
		"random":  func() { Uniform(x, 1, 2, 3); Normal(x, 1, 2, 3) },
		"columns": func() { cols.Sum(p, tallOut, tall, 2000, 40) },
	} {
		f()
		if k := testing.AllocsPerRun(5, f); k != 0 {
			t.Errorf("%s: %v allocations", name, k)
		}
	}
}
