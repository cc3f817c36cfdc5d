package philox

import (
	"math"
	"testing"
)

// The expected values are from Random123's kat_vectors for philox4x32-10.
func TestBlockGivesTheKnownAnswers(t *testing.T) {
	for _, row := range []struct {
		key, stream, counter uint64
		want                 [4]uint32
	}{
		{0, 0, 0, [4]uint32{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{math.MaxUint64, math.MaxUint64, math.MaxUint64, [4]uint32{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, [4]uint32{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	} {
		if got := Block(row.key, row.stream, row.counter); got != row.want {
			t.Errorf("Block(%x, %x, %x) = %08x, want %08x", row.key, row.stream, row.counter, got, row.want)
		}
	}
}

func TestNormalsHaveMeanZeroAndVarianceOne(t *testing.T) {
	var sum, squares float64
	const blocks = 50000
	for i := range uint64(blocks) {
		for _, v := range Normals(Block(7, 3, i)) {
			sum += float64(v)
			squares += float64(v) * float64(v)
		}
	}
	if mean := sum / (4 * blocks); math.Abs(mean) > 0.01 {
		t.Errorf("mean %v", mean)
	}
	if variance := squares / (4 * blocks); math.Abs(variance-1) > 0.02 {
		t.Errorf("variance %v", variance)
	}
}
