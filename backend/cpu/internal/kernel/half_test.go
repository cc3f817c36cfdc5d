package kernel

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/internal/half"
)

func TestBF16IsConvertedBitForBit(t *testing.T) {
	x := everyExponent()
	for i := range uint32(1 << 16) { // ties, and those beside them
		for _, rest := range []uint32{0, 0x7fff, 0x8000, 0x8001} {
			x = append(x, math.Float32frombits(i<<16|rest))
		}
	}
	eachLevel(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 7, 8, 9, 31, 33, len(x)} {
			short, back := make([]uint16, n), make([]float32, n)
			ToBF16(short, x[len(x)-n:])
			FromBF16(back, short)
			for i, v := range x[len(x)-n:] {
				want := half.ToBFloat16(v)
				if short[i] != want || math.Float32bits(back[i]) != uint32(want)<<16 {
					t.Fatalf("%d of %d: %x is %x and back %x, want %x", i, n, math.Float32bits(v), short[i], math.Float32bits(back[i]), want)
				}
			}
			Unary(RoundBF16, back, x[len(x)-n:])
			for i, s := range short {
				if math.Float32bits(back[i]) != uint32(s)<<16 && !(back[i] == 0 && s&0x7fff == 0) {
					t.Fatalf("%d of %d: %g is rounded to %g, want %g", i, n, x[len(x)-n+i], back[i], half.FromBFloat16(s))
				}
			}
		}
	})
}

func TestBF16RejectsShortOperands(t *testing.T) {
	for name, f := range map[string]func(){
		"from": func() { FromBF16(make([]float32, 32), make([]uint16, 31)) },
		"to":   func() { ToBF16(make([]uint16, 32), make([]float32, 31)) },
	} {
		if !panics(f) {
			t.Errorf("%s: a short source went through", name)
		}
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}
