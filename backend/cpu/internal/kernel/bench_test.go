package kernel

import "testing"

// BenchmarkElements times the kernels that are bound by memory or by special
// functions, in nanoseconds per element of their largest array.
func BenchmarkElements(b *testing.B) {
	r := newRand()
	x, y, z, w := normal(r, 1<<16), normal(r, 1<<16), normal(r, 1<<16), normal(r, 1<<16)
	for i := range w {
		w[i] *= w[i]
	}
	labels := make([]int32, 1<<16)
	const m, n = 256, 256
	for _, row := range []struct {
		name string
		n    int
		f    func()
	}{
		{"adam", 1 << 16, func() { Adam(x, y, z, w, AdamConfig{Rate: 1e-9, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-7}) }},
		{"softmax 256x256", m * n, func() { Softmax(y, x, m, n) }},
		{"cross entropy 128x10", 1280, func() { CrossEntropySparse(z, y, x, labels, 128, 10) }},
		{"layer norm 256x256", m * n, func() { LayerNorm(y, z, w, x, x, x, 1e-3, m, n) }},
		{"layer norm grad 256x256", m * n, func() {
			(&NormGrad{DX: y, DGamma: x[:n], DBeta: x[n:], DY: z, X: x, Mean: w, RStd: w, Gamma: w, M: m, N: n}).LayerNorm()
		}},
		{"moments 1024x64", m * n, func() { ColMoments(z, w, x, 1024, 64) }},
		{"batch norm grad 1024x64", m * n, func() {
			(&NormGrad{DX: y, DGamma: z, DBeta: z[64:], DY: y, X: x, Mean: w, RStd: w, Gamma: w, M: 1024, N: 64}).BatchNorm()
		}},
		{"sum cols 128x512", m * n, func() { SumCols(z, x, 128, 512) }},
		{"sum", m * n, func() { Sum(x) }},
		{"lstm forward 32x512", 32 * 4 * 512, func() { LSTMForward(y, z, x, w, 32, 512, 512) }},
		{"gru forward 32x512", 32 * 3 * 512, func() { GRUForward(y, z, x, w, w, 32, 512) }},
		{"add", 4096, func() { Binary(Add, x[:4096], y, z) }},
		{"erf", 4096, func() { Unary(Erf, y[:4096], x) }},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				row.f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(row.n), "ns/elem")
		})
	}
}
