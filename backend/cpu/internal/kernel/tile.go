package kernel

import "unsafe"

// tile is the argument block of a microkernel: rows × vectors of C computed in
// registers over k. gen/gemm.go knows its offsets. Distances are in bytes.
type tile struct {
	k          uintptr
	a          unsafe.Pointer
	aRow, aCol uintptr // from one row (one k) of A to the next
	b          unsafe.Pointer
	bRow       uintptr // from one k of B to the next
	c          unsafe.Pointer
	ldc        uintptr
	last       uintptr // columns of the last vector
	flags      uintptr
	bias       unsafe.Pointer
	mask       unsafe.Pointer // laid out as c
	segs       uintptr        // segments of k steps each; between them A and B
	aSkip      uintptr        // move on by aSkip and bSkip
	bSkip      uintptr
	rows       uintptr        // of C that AMX gives
	spill      unsafe.Pointer // where AMX puts its sums
}

// Flags of a tile's epilogue.
const (
	tileAccumulate = 1 << iota
	tileBias
	tileRelu
	tileMask
)

// engine is the set of microkernels of a level.
type engine struct {
	lanes     int // of a vector
	rows      int // of the largest tile, which is two vectors wide
	tiles     [33][9]func(*byte)
	copyRows  [4]func(src, dst *float32, srcDist, dstDist, n, last uintptr)
	transpose func(src *float32, offs *[16]uintptr, dst *float32, dist, n uintptr)

	// Of engines whose elements are pairs of bfloat16.
	amx           bool   // the tiles are AMX's: 16 pairs of k at a time, A in rows
	enter, leave  func() // of AMX: before and after tiles run on a thread
	pairRows      func(src *float32, srcDist uintptr, dst *float32, dstDist, n, rows uintptr)
	pairRowsSplit func(src *float32, srcDist uintptr, dst *float32, dstDist, n, rows, again, low uintptr)
	pairCols      [3]func(src *float32, srcDist uintptr, dst *float32, dstDist, n, last uintptr)
	pairColsSplit [3]func(src *float32, srcDist uintptr, dst *float32, dstDist, n, last, again, low uintptr)
}

// tileTable names the microkernels by rows and vectors.
type tileTable map[[2]int]func(*byte)

func newEngine(lanes, rows int, t tileTable) *engine {
	e := &engine{lanes: lanes, rows: rows}
	for size, f := range t {
		e.tiles[size[0]][size[1]] = f
	}
	return e
}

// active engine; nil means the portable loops.
var tiled *engine

// paired is the engine whose elements are pairs of bfloat16; nil means there is none.
var paired *engine

// panel is the width of a packed panel of B.
func (e *engine) panel() int { return 2 * e.lanes }

// widest returns the number of vectors and the greatest number of rows of the
// tiles to use for m rows: few rows leave registers for more columns.
func (e *engine) widest(m int) (vectors, rows int) {
	for v := 8; v > 2; v /= 2 {
		if m < len(e.tiles) && e.tiles[m][v] != nil {
			return v, m
		}
	}
	return 2, e.rows
}

// vectors returns how many vectors, at most limit, to do of n columns.
func (e *engine) vectors(n, limit int) int {
	have := (n + e.lanes - 1) / e.lanes
	for limit > have {
		limit /= 2
	}
	return limit
}

func (t *tile) run(f func(*byte)) { f((*byte)(unsafe.Pointer(t))) }

// at is p moved by bytes.
func at(p unsafe.Pointer, bytes uintptr) unsafe.Pointer { return unsafe.Add(p, bytes) }

// base is the address of a slice's first element.
func base(s []float32) unsafe.Pointer { return unsafe.Pointer(unsafe.SliceData(s)) }

// pack copies k rows and w columns of B at b, whose k-th row lies row bytes on and
// whose next column col bytes on, into the panel dst (k, panel width).
func (e *engine) pack(t *scratch, dst, b unsafe.Pointer, row, col uintptr, k, w, width int) {
	dist := uintptr(width) * 4
	if col == 4 {
		v := (w + e.lanes - 1) / e.lanes
		last := uintptr(w - (v-1)*e.lanes)
		e.copyRows[v]((*float32)(b), (*float32)(dst), row, dist, uintptr(k), last)
		return
	}
	for h := 0; h < w; h += e.lanes {
		n := min(e.lanes, w-h)
		for i := range e.lanes {
			t.offs[i] = uintptr(h+min(i, n-1)) * col
		}
		e.transpose((*float32)(b), &t.offs, (*float32)(at(dst, uintptr(h)*4)), dist, uintptr(k))
	}
}
