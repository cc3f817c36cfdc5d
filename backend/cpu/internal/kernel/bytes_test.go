package kernel

import (
	"math"
	"testing"
)

func TestBytesBecomeNumbers(t *testing.T) {
	src := make([]uint8, 300)
	for i := range src {
		src[i] = uint8(i)
	}
	eachLevel(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 7, 8, 15, 16, 17, 33, 256, 300} {
			dst := make([]float32, n)
			FromBytes(dst, src)
			for i, x := range dst {
				if x != float32(src[i]) {
					t.Fatalf("%d bytes: number %d is %v; want %d", n, i, x, src[i])
				}
			}
		}
	})
}

func TestNumbersBecomeBools(t *testing.T) {
	nan := float32(math.NaN())
	src := []float32{0, 1, -1, nan, float32(math.Copysign(0, -1)), float32(math.Inf(1)), .25, 0, 1e-30, 3}
	want := []uint8{0, 1, 1, 1, 0, 1, 1, 0, 1, 1}
	for len(src) < 100 {
		src, want = append(src, src[:10]...), append(want, want[:10]...)
	}
	eachLevel(t, func(t *testing.T) {
		for n := range src {
			dst := make([]uint8, n)
			ToBools(dst, src)
			for i, x := range dst {
				if x != want[i] {
					t.Fatalf("%d numbers: %v becomes %d; want %d", n, src[i], x, want[i])
				}
			}
		}
	})
}
