package kernel

import "golang.org/x/sys/cpu"

// The levels of amd64.
const (
	AVX2   Level = iota + 1 // AVX2 and FMA, 8 lanes
	AVX512                  // AVX-512 F, BW, DQ and VL, 16 lanes
	BF16                    // and products of bfloat16 with AVX512-BF16
	AMX                     // or with AMX's tiles
)

var levelNames = [...]string{"generic", "avx2", "avx512", "avx512_bf16", "amx"}

func detect() (best, usual Level) {
	x := &cpu.X86
	switch wide := x.HasAVX512F && x.HasAVX512BW && x.HasAVX512DQ && x.HasAVX512VL && x.HasFMA && x.HasBMI2; {
	case wide && x.HasAVX512BF16 && haveAMX():
		return AMX, AMX
	case wide && x.HasAVX512BF16 && amd():
		return BF16, BF16
	case wide && x.HasAVX512BF16:
		return BF16, AVX512 // Intel's does half of what float32 does
	case wide:
		return AVX512, AVX512
	case x.HasAVX2 && x.HasFMA && x.HasBMI2:
		return AVX2, AVX2
	}
	return Generic, Generic
}

var (
	engine256   = engineAVX2()
	engine512   = engineAVX512()
	engineDots  = engineBF16()
	engineTiles = engineAMX()
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

// engineBF16 multiplies with AVX512-BF16.
func engineBF16() *engine {
	e := newEngine(16, 14, tilesBF16)
	e.roundsPairs()
	return e
}

// engineAMX has tiles of up to two by two of the machine's, which do fewer rows as well.
func engineAMX() *engine {
	e := newEngine(16, 32, nil)
	for rows := 1; rows <= 32; rows++ {
		e.tiles[rows][1], e.tiles[rows][2] = tileAMX_1x1, tileAMX_1x2
		if rows > 16 {
			e.tiles[rows][1], e.tiles[rows][2] = tileAMX_2x1, tileAMX_2x2
		}
	}
	e.amx, e.enter, e.leave = true, enterAMX, leaveAMX
	e.roundsPairs()
	return e
}

func (e *engine) roundsPairs() {
	e.copyRows[1], e.copyRows[2] = copyRows512_1, copyRows512_2
	e.transpose = transpose512
	e.pairRows, e.pairRowsSplit = pairRows, pairRowsSplit
	e.pairCols[1], e.pairCols[2] = pairCols1, pairCols2
	e.pairColsSplit[1], e.pairColsSplit[2] = pairCols1Split, pairCols2Split
}

// install puts the level's assembly in place of the portable code.
func install(l Level) {
	tiled, paired = nil, nil
	switch l {
	case AMX:
		paired = engineTiles
	case BF16:
		paired = engineDots
	}
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
		table.installBlocks256()
		table.installPhilox256()
		table.installDepthwise256()
		table.installWinograd256()
		table.installHalf256()
	case AVX512, BF16, AMX:
		tiled = engine512
		table.install512()
		table.installRows512()
		table.installCols512()
		table.installOptimizer512()
		table.installRNN512()
		table.installPooling512()
		table.installScatter512()
		table.installBlocks512()
		table.installPhilox512()
		table.installDepthwise512()
		table.installWinograd512()
		table.installHalf512()
	default:
		return
	}
	limitSine()
}

// The functions below name the assembly instead of going through the table: a
// pointer that goes through a function value makes its target escape to the heap.

// extremes returns the least and the greatest of n > 0 numbers, NaN if one is.
func extremes(a *float32, n int) (lo, hi float32) {
	if active >= AVX512 {
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
	switch {
	case active >= AVX512:
		sumRows512(&s, x, 1, n)
	case active == AVX2:
		sumRows256(&s, x, 1, n)
	default:
		return portableSum(x, n)
	}
	return s
}

// dot is Dot of n > 0 numbers.
func dot(a, b *float32, n int) (s float32) {
	switch {
	case active >= AVX512:
		dotRows512(&s, a, b, 1, n, 0, 0)
	case active == AVX2:
		dotRows256(&s, a, b, 1, n, 0, 0)
	default:
		return portableDot(a, b, n)
	}
	return s
}

// transposeRows is the engine's transpose.
func transposeRows(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr) {
	if active >= AVX512 {
		transpose512(src, offs, dst, dist, n)
	} else {
		transpose256(src, offs, dst, dist, n)
	}
}
