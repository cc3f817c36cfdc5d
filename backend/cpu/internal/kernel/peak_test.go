package kernel

import "testing"

// BenchmarkPeak runs the largest tile over operands that stay in registers'
// reach: the multiply-add rate that other figures are a share of.
func BenchmarkPeak(b *testing.B) {
	if tiled == nil {
		return
	}
	const k = 4096
	s, x, c := newScratch(), alignedFloats(64), alignedFloats(64*64)
	t, e := &s.tile, tiled
	*t = tile{k: k, a: base(x), aRow: 4, b: base(x), c: base(c), ldc: 256, last: uintptr(e.lanes), segs: 1}
	for b.Loop() {
		t.run(e.tiles[e.rows][2])
	}
	b.ReportMetric(2*k*float64(e.rows*e.panel())*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
}
