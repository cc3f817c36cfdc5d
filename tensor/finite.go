package tensor

import "math"

// Finite reports whether every element is finite as a float32: not NaN, not infinite and, for
// Float64, within ±[math.MaxFloat32]. Integers, bools and strings are finite.
func (t *Tensor) Finite() bool {
	switch d := t.data.(type) {
	case []float32:
		return finite32(d)
	case []float64:
		for _, v := range d {
			if !(math.Abs(v) <= math.MaxFloat32) {
				return false
			}
		}
	case []uint16:
		limit := uint16(0x7f80) // exponent of all ones
		if t.dtype == Float16 {
			limit = 0x7c00
		}
		for _, v := range d {
			if v&limit == limit {
				return false
			}
		}
	}
	return true
}

// finite32 finds the largest magnitude, four elements at a time: NaN and infinity have the
// largest bits.
func finite32(d []float32) bool {
	var most [4]uint32
	for ; len(d) >= 4; d = d[4:] {
		most[0] = max(most[0], math.Float32bits(d[0])<<1) // without the sign
		most[1] = max(most[1], math.Float32bits(d[1])<<1)
		most[2] = max(most[2], math.Float32bits(d[2])<<1)
		most[3] = max(most[3], math.Float32bits(d[3])<<1)
	}
	for _, v := range d {
		most[0] = max(most[0], math.Float32bits(v)<<1)
	}
	return max(most[0], most[1], most[2], most[3]) < 0xff<<24
}
