package tensor

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/internal/half"
)

func TestFloat16RoundsAsNumPy(t *testing.T) {
	for _, c := range golden(t).Float16 {
		h := Of([]float64{c[0]}).Convert(Float16).Data().([]uint16)[0]
		if want := uint16(c[1]); h != want {
			t.Errorf("%v: %#04x, want %#04x", c[0], h, want)
		}
	}
}

// Every half float survives conversion to float32 and back, and every value halfway between two
// neighbors is rounded to the even one.
func TestHalfFloatsRoundToNearestEven(t *testing.T) {
	for _, f := range []struct {
		name   string
		widen  func(uint16) float32
		narrow func(float32) uint16
	}{{"float16", half.FromFloat16, half.ToFloat16}, {"bfloat16", half.FromBFloat16, half.ToBFloat16}} {
		for h := range uint16(0xffff) {
			v := f.widen(h)
			if v != v {
				if w := f.widen(f.narrow(v)); w == w {
					t.Fatalf("%s: NaN %#04x became %v", f.name, h, w)
				}
				continue
			}
			if back := f.narrow(v); back != h {
				t.Fatalf("%s: %#04x became %#04x", f.name, h, back)
			}
			next := f.widen(h + 1)
			if math.IsInf(float64(v), 0) || math.IsInf(float64(next), 0) || next != next {
				continue
			}
			middle := (float64(v) + float64(next)) / 2
			even := h + h&1
			if got := f.narrow(roundOdd(middle)); got != even {
				t.Fatalf("%s: halfway above %#04x became %#04x", f.name, h, got)
			}
			above := math.Nextafter(middle, math.Inf(1))
			want := h + 1
			if h >= 0x8000 {
				want = h
			}
			if got := f.narrow(roundOdd(above)); got != want {
				t.Fatalf("%s: just above halfway of %#04x became %#04x", f.name, h, got)
			}
		}
	}
}
