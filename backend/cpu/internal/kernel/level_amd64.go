package kernel

import "golang.org/x/sys/cpu"

// The levels of amd64.
const (
	AVX2   Level = iota + 1 // AVX2 and FMA, 8 lanes
	AVX512                  // AVX-512 F, BW, DQ and VL, 16 lanes
)

var levelNames = [...]string{"generic", "avx2", "avx512"}

func detect() Level {
	x := &cpu.X86
	switch {
	case x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL && x.HasFMA && x.HasBMI2:
		return AVX512
	case x.HasAVX2 && x.HasFMA && x.HasBMI2:
		return AVX2
	}
	return Generic
}

var (
	engine256 = engineAVX2()
	engine512 = engineAVX512()
)

func engineAVX2() *engine {
	e := newEngine(8, 6, tiles256)
	e.copyRows[1], e.copyRows[2] = copyRows256_1, copyRows256_2
	e.transpose = transpose256
	return e
}

func engineAVX512() *engine {
	e := newEngine(16, 14, tiles512)
	e.copyRows[1], e.copyRows[2] = copyRows512_1, copyRows512_2
	e.transpose = transpose512
	return e
}

// install puts the level's assembly in place of the portable code.
func install(l Level) {
	tiled = nil
	switch l {
	case AVX2:
		tiled = engine256
		table.install256()
		table.installRows256()
		table.installCols256()
		table.installOptimizer256()
		table.installRNN256()
		table.installPooling256()
		table.installScatter256()
		table.installPhilox256()
		table.installDepthwise256()
	case AVX512:
		tiled = engine512
		table.install512()
		table.installRows512()
		table.installCols512()
		table.installOptimizer512()
		table.installRNN512()
		table.installPooling512()
		table.installScatter512()
		table.installPhilox512()
		table.installDepthwise512()
	default:
		return
	}
	limitSine()
}

// The functions below name the assembly instead of going through the table: a
// pointer that goes through a function value makes its target escape to the heap.

// extremes returns the least and the greatest of n > 0 numbers, NaN if one is.
func extremes(a *float32, n int) (lo, hi float32) {
	if active == AVX512 {
		minRows512(&lo, a, 1, n)
		maxRows512(&hi, a, 1, n)
	} else {
		minRows256(&lo, a, 1, n)
		maxRows256(&hi, a, 1, n)
	}
	return lo, hi
}

// sum is Sum of n > 0 numbers.
func sum(x *float32, n int) (s float32) {
	switch active {
	case AVX512:
		sumRows512(&s, x, 1, n)
	case AVX2:
		sumRows256(&s, x, 1, n)
	default:
		return portableSum(x, n)
	}
	return s
}

// dot is Dot of n > 0 numbers.
func dot(a, b *float32, n int) (s float32) {
	switch active {
	case AVX512:
		dotRows512(&s, a, b, 1, n, 0, 0)
	case AVX2:
		dotRows256(&s, a, b, 1, n, 0, 0)
	default:
		return portableDot(a, b, n)
	}
	return s
}

// transposeRows is the engine's transpose.
func transposeRows(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr) {
	if active == AVX512 {
		transpose512(src, offs, dst, dist, n)
	} else {
		transpose256(src, offs, dst, dist, n)
	}
}
