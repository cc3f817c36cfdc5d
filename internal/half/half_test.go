package half

import (
	"math"
	"testing"
)

func TestEveryHalfSurvivesTheRoundTrip(t *testing.T) {
	for i := range 1 << 16 {
		h := uint16(i)
		if x := FromFloat16(h); x == x && ToFloat16(x) != h {
			t.Fatalf("float16 %04x is %v and becomes %04x", h, x, ToFloat16(x))
		}
		if x := FromBFloat16(h); x == x && ToBFloat16(x) != h {
			t.Fatalf("bfloat16 %04x is %v and becomes %04x", h, x, ToBFloat16(x))
		}
	}
}

func TestRoundingGoesToTheNearestAndToEven(t *testing.T) {
	for _, row := range []struct {
		x        float32
		f16, b16 uint16
	}{
		{1, 0x3c00, 0x3f80},
		{1 + 0x1p-11, 0x3c00, 0x3f80},   // a tie for float16, rounded to even
		{1 + 3*0x1p-11, 0x3c02, 0x3f80}, // a tie, rounded up to even
		{1 + 0x1p-8, 0x3c04, 0x3f80},    // a tie for bfloat16
		{1 + 3*0x1p-8, 0x3c0c, 0x3f82},  // a tie, rounded up to even
		{65504, 0x7bff, 0x4780},         // the largest float16
		{65519, 0x7bff, 0x4780},         // rounds down to the largest
		{65520, 0x7c00, 0x4780},         // rounds up to infinity
		{0x1p-24, 0x0001, 0x3380},       // the smallest float16
		{0x1p-25, 0x0000, 0x3300},       // half the smallest: rounded to even
		{float32(math.Copysign(0, -1)), 0x8000, 0x8000},
		{float32(math.Inf(-1)), 0xfc00, 0xff80},
	} {
		if got := ToFloat16(row.x); got != row.f16 {
			t.Errorf("float16 of %v is %04x, want %04x", row.x, got, row.f16)
		}
		if got := ToBFloat16(row.x); got != row.b16 {
			t.Errorf("bfloat16 of %v is %04x, want %04x", row.x, got, row.b16)
		}
	}
	nan := float32(math.NaN())
	if x, y := FromFloat16(ToFloat16(nan)), FromBFloat16(ToBFloat16(nan)); x == x || y == y {
		t.Errorf("NaN becomes %v and %v", x, y)
	}
}
