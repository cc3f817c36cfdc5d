package datasets

import (
	"math"
	"math/bits"

	"github.com/rhyton/rhyton/tensor"
)

// overlap counts the rows of b that also occur in a, by 64-bit hashes of their bits.
func overlap(a, b []*tensor.Tensor) int {
	if len(a) != len(b) {
		return 0
	}
	hashes := rowHashes(a)
	known := make(map[uint64]struct{}, len(hashes))
	// Most rows of b are not in a; a table of hash prefixes rejects them quickly.
	width := bits.Len(uint(16 * len(hashes)))
	marks := make([]bool, 1<<width)
	for _, h := range hashes {
		known[h] = struct{}{}
		marks[h>>(64-width)] = true
	}
	n := 0
	for _, h := range rowHashes(b) {
		if !marks[h>>(64-width)] {
			continue
		}
		if _, ok := known[h]; ok {
			n++
		}
	}
	return n
}

// rowHashes returns a hash of each row of the arrays. Numbers are hashed as float64, so that
// element types do not matter.
func rowHashes(ts []*tensor.Tensor) []uint64 {
	if len(ts) == 0 || ts[0].Len() == 0 {
		return nil
	}
	sums := make([]uint64, ts[0].Shape()[0])
	for _, t := range ts {
		switch d := t.Data().(type) {
		case []float32:
			hashRows(sums, d)
		case []float64:
			hashRows(sums, d)
		case []uint8:
			hashRows(sums, d)
		case []int32:
			hashRows(sums, d)
		case []int64:
			hashRows(sums, d)
		case []uint16:
			wide, _ := tensor.As[float32](t) // half-precision floats can always be widened
			hashRows(sums, wide)
		case []string:
			hashTexts(sums, d)
		}
	}
	return sums
}

func mix(h, v uint64) uint64 {
	return (bits.RotateLeft64(h, 23) ^ v) * 0x9e3779b97f4a7c15 // 2^64 / golden ratio
}

func hashRows[T number](sums []uint64, d []T) {
	w := len(d) / len(sums)
	for i, h := range sums {
		for _, v := range d[i*w : (i+1)*w] {
			h = mix(h, math.Float64bits(float64(v)))
		}
		sums[i] = h
	}
}

func hashTexts(sums []uint64, d []string) {
	w := len(d) / len(sums)
	for i, h := range sums {
		for _, s := range d[i*w : (i+1)*w] {
			for _, c := range []byte(s) {
				h = mix(h, uint64(c))
			}
			h = mix(h, 1<<8) // so that "ab", "c" differs from "a", "bc"
		}
		sums[i] = h
	}
}
