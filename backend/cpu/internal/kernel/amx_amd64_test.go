package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/rhyton/rhyton/internal/half"
)

// portableTile is the definition of AMX's microkernels of so many tiles of columns.
func portableTile(tiles uintptr) func(*byte) {
	return func(p *byte) {
		t := (*tile)(unsafe.Pointer(p))
		for i := range t.rows {
			for j := range 16*(tiles-1) + t.last {
				c := at32(t.c, i*t.ldc+4*j)
				*c = t.finished(t.sum(i, j), *c, i, j)
			}
		}
	}
}

// sum is the product of row i and column j, k of them in pairs.
func (t *tile) sum(i, j uintptr) (sum float32) {
	for k := range t.k {
		for h := uintptr(0); h < 4; h += 2 {
			a, b := *(*uint16)(at(t.a, i*t.aRow+4*k+h)), *(*uint16)(at(t.b, k*t.bRow+4*j+h))
			sum += half.FromBFloat16(a) * half.FromBFloat16(b)
		}
	}
	return sum
}

func (t *tile) finished(sum, old float32, i, j uintptr) float32 {
	if t.flags&tileAccumulate != 0 {
		sum += old
	}
	if t.flags&tileBias != 0 {
		sum += *at32(t.bias, 4*j)
	}
	if t.flags&tileRelu != 0 {
		sum = max(sum, 0)
	}
	if t.flags&tileMask != 0 && !(*at32(t.mask, i*t.ldc+4*j) > 0) {
		return 0
	}
	return sum
}

func at32(p unsafe.Pointer, bytes uintptr) *float32 { return (*float32)(at(p, bytes)) }

// randomTile is a tile of random size and epilogue, its C and a copy of that.
func randomTile(r *rand.Rand) (t *tile, c, same []float32, vectors int) {
	rows, k := 1+r.IntN(32), 16*(1+r.IntN(6))
	last := 1 + r.IntN(16)
	vectors = 1 + r.IntN(2)
	cols := 16*(vectors-1) + last
	ldc, stride := cols+r.IntN(5), k+16*r.IntN(3)
	a, b := make([]float32, 32*stride), make([]float32, k*32)
	for _, s := range [][]float32{a, b} {
		ToBF16(unsafe.Slice((*uint16)(base(s)), 2*len(s)), normal(r, 2*len(s)))
	}
	c = normal(r, rows*ldc)
	same = append([]float32(nil), c...)
	t = &tile{k: uintptr(k), a: base(a), aRow: uintptr(4 * stride), b: base(b), bRow: 128, c: base(c), ldc: uintptr(4 * ldc), last: uintptr(last),
		flags: uintptr(r.IntN(16)), bias: base(normal(r, 32)), mask: base(normal(r, rows*ldc)), rows: uintptr(rows), spill: base(alignedFloats(1024))}
	return t, c, same, vectors
}

func TestAMXTilesAreTheirDefinition(t *testing.T) {
	if Best() < AMX {
		t.Skip("this machine has no AMX")
	}
	r := newRand()
	for range 2000 {
		tile, c, want, vectors := randomTile(r)
		enterAMX()
		tile.run(engineTiles.tiles[tile.rows][vectors])
		leaveAMX()
		tile.c = base(want)
		tile.run(portableTile(uintptr(vectors)))
		for i := range want {
			if !(math.Abs(float64(c[i]-want[i])) <= 1e-3) {
				t.Fatalf("%d rows, %d vectors, last %d, k %d, flags %d: element %d is %v, want %v",
					tile.rows, vectors, tile.last, tile.k, tile.flags, i, c[i], want[i])
			}
		}
	}
}

// AMX is rare, so products are also done with its tiles' definition in their place.
func TestGemmOfPairsByTheDefinitionOfAMX(t *testing.T) {
	if Best() < BF16 {
		t.Skip("this machine has no AVX512-BF16, which packs for AMX")
	}
	defer func(p *engine, old bool) { paired, tripleAnywhere = p, old }(paired, tripleAnywhere)
	e := *engineTiles
	e.enter, e.leave = func() {}, func() {}
	for rows := range e.tiles {
		e.tiles[rows][1], e.tiles[rows][2] = portableTile(1), portableTile(2)
	}
	paired = &e
	p := NewThreadPool(2)
	defer p.Close()
	r := newRand()
	for range 100 {
		g := randomGemm(r)
		g.Precision = Short + Precision(r.IntN(2))
		want := preciseOracle(g, g.C)
		g.Run(p)
		near(t, fmt.Sprintf("%+v", []any{g.Precision, g.M, g.N, g.K, g.TransA, g.TransB, g.LDA, g.LDB, g.LDC, g.Batch}), g.C, want, 1e-4)
		if t.Failed() {
			return
		}
	}
}
