package kernel

// NEON is Advanced SIMD, 4 lanes, which every arm64 machine has.
const NEON Level = 1

var levelNames = [...]string{"generic", "neon"}

func detect() (best, usual Level) { return NEON, NEON }

var engineNEON = newEngineNEON()

func newEngineNEON() *engine {
	e := newEngine(4, 12, tilesNEON)
	e.copyRows[1], e.copyRows[2], e.copyRows[3] = copyRowsNEON_1, copyRowsNEON_2, copyRowsNEON_3
	e.transpose = transposeNEON
	return e
}

// install puts the level's assembly in place of the portable code.
func install(l Level) {
	tiled, paired = nil, nil
	if l != NEON {
		return
	}
	tiled = engineNEON
	table.installNEON()
	table.installRowsNEON()
	table.installColsNEON()
	table.installOptimizerNEON()
	table.installRNNNEON()
	table.installPoolingNEON()
	table.installPhiloxNEON()
	table.installDepthwiseNEON()
	table.installWinogradNEON()
	table.installScatterNEON()
	table.installBlocksNEON()
	limitSine()
}

// The functions below name the assembly instead of going through the table: a
// pointer that goes through a function value makes its target escape to the heap.

// extremes returns the least and the greatest of n > 0 numbers, NaN if one is.
func extremes(a *float32, n int) (lo, hi float32) {
	minRowsNEON(&lo, a, 1, n)
	maxRowsNEON(&hi, a, 1, n)
	return lo, hi
}

// sum is Sum of n > 0 numbers.
func sum(x *float32, n int) (s float32) {
	if active != NEON {
		return portableSum(x, n)
	}
	sumRowsNEON(&s, x, 1, n)
	return s
}

// dot is Dot of n > 0 numbers.
func dot(a, b *float32, n int) (s float32) {
	if active != NEON {
		return portableDot(a, b, n)
	}
	dotRowsNEON(&s, a, b, 1, n, 0, 0)
	return s
}

// transposeRows is the engine's transpose.
func transposeRows(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr) {
	transposeNEON(src, offs, dst, dist, n)
}
