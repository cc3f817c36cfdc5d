package kernel

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/internal/philox"
)

func TestRandomNumbersAreThoseOfTheStream(t *testing.T) {
	const key, stream = 0x1234_5678_9abc_def0, 0xfeed_0000_0001
	eachLevel(t, func(t *testing.T) {
		for _, offset := range []uint64{0, 1, 2, 3, 4, 1<<34 - 8, 1<<63 + 5} {
			for _, n := range []int{0, 1, 5, 31, 32, 33, 64, 100, 1000} {
				u, g := poisoned(n), poisoned(n)
				Uniform(u, key, stream, offset)
				Normal(g, key, stream, offset)
				for i := range n {
					e := offset + uint64(i)
					want := philox.Uniform(philox.Word(key, stream, e))
					if u[i] != want {
						t.Fatalf("uniform %d+%d of %d is %v, want %v", offset, i, n, u[i], want)
					}
					block := philox.Normals(philox.Block(key, stream, e/4))
					radius := math.Hypot(float64(block[e%4&2]), float64(block[e%4|1]))
					if d := math.Abs(float64(g[i] - block[e%4])); !(d <= 0x1p-21*radius) {
						t.Fatalf("normal %d+%d is %v, want %v", offset, i, g[i], block[e%4])
					}
				}
			}
		}
	})
}

func BenchmarkRandom(b *testing.B) {
	x := make([]float32, 4096)
	for name, f := range map[string]func(){
		"uniform": func() { Uniform(x, 1, 2, 0) },
		"normal":  func() { Normal(x, 1, 2, 0) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				f()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4096, "ns/elem")
		})
	}
}
