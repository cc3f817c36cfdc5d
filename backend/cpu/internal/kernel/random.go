package kernel

import "github.com/rhyton/rhyton/internal/philox"

// Uniform fills dst with draws from [0, 1): dst[i] is element offset+i of the
// stream, see package philox.
func Uniform(dst []float32, key, stream, offset uint64) {
	lo, hi := wholeBlocks(table.uniform, dst, key, stream, offset)
	each(dst, lo, hi, func(i int) float32 {
		return philox.Uniform(philox.Word(key, stream, offset+uint64(i)))
	})
}

// Normal fills dst with standard normal draws: dst[i] is element offset+i of the
// stream by philox.Normals, to within 4 ulp of the radius.
func Normal(dst []float32, key, stream, offset uint64) {
	lo, hi := wholeBlocks(table.normal, dst, key, stream, offset)
	each(dst, lo, hi, func(i int) float32 {
		e := offset + uint64(i)
		return philox.Normals(philox.Block(key, stream, e/4))[e%4]
	})
}

// wholeBlocks has the kernel f make the groups that start at a block and returns
// the range it made.
func wholeBlocks(f func(dst *float32, key, stream, counter uint64, groups int),
	dst []float32, key, stream, offset uint64) (lo, hi int) {
	if f == nil {
		return 0, 0
	}
	lo = int(-offset & 3)
	groups := (len(dst) - lo) / tiled.panel()
	if groups <= 0 {
		return 0, 0
	}
	f(&dst[lo], key, stream, (offset+uint64(lo))/4, groups)
	return lo, lo + groups*tiled.panel()
}

// each sets dst[i] = f(i) outside [lo, hi).
func each(dst []float32, lo, hi int, f func(i int) float32) {
	for i := range lo {
		dst[i] = f(i)
	}
	for i := hi; i < len(dst); i++ {
		dst[i] = f(i)
	}
}
