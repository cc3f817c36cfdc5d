package kernel

import (
	"sync"
	"testing"
	"time"
)

// peak is the multiply-add rate of a core, in GFLOP/s, that other figures are a share of: the
// largest tile over operands that stay in the first-level cache; the best of some tries, 0
// without tiles.
var peak = sync.OnceValue(func() (best float64) {
	if tiled == nil {
		return 0
	}
	run, flops := peakTile()
	for range 200 {
		start := time.Now()
		run()
		best = max(best, flops/float64(time.Since(start).Nanoseconds()))
	}
	return best
})

func peakTile() (run func(), flops float64) {
	const k = 4096
	s, x, c := newScratch(), alignedFloats(64), alignedFloats(64*64)
	t, e := &s.tile, tiled
	*t = tile{k: k, a: base(x), aRow: 4, b: base(x), c: base(c), ldc: 256, last: uintptr(e.lanes), segs: 1}
	return func() { t.run(e.tiles[e.rows][2]) }, 2 * k * float64(e.rows*e.panel())
}

// reportFLOPS reports the rate of b, whose rounds have that many operations, on threads cores.
func reportFLOPS(b *testing.B, flops float64, threads int) {
	rate := flops * float64(b.N) / float64(b.Elapsed().Nanoseconds())
	b.ReportMetric(rate, "GFLOP/s")
	if p := peak(); p > 0 {
		b.ReportMetric(100*rate/p/float64(threads), "%peak")
	}
}

func BenchmarkPeak(b *testing.B) {
	if tiled == nil {
		return
	}
	run, flops := peakTile()
	for b.Loop() {
		run()
	}
	reportFLOPS(b, flops, 1)
}
