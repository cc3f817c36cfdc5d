package kernel

import (
	"math"
	"testing"
)

func TestCopyBlocksCopiesRowsAndNothingElse(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for range 200 {
			b := Blocks{Blocks: 1 + r.IntN(3), Rows: 1 + r.IntN(4), N: 1 + r.IntN(150)}
			b.DstRow = b.N + r.IntN(5)
			b.DstBlock = b.Rows*b.DstRow + r.IntN(5)
			b.SrcRow, b.SrcBlock = r.IntN(9), r.IntN(50)
			src := normal(r, (b.Blocks-1)*b.SrcBlock+(b.Rows-1)*b.SrcRow+b.N)
			dst := poisoned(b.Blocks*b.DstBlock + 3)
			want := poisoned(len(dst))
			for i := range b.Blocks {
				for j := range b.Rows {
					copy(want[i*b.DstBlock+j*b.DstRow:][:b.N], src[i*b.SrcBlock+j*b.SrcRow:])
				}
			}
			CopyBlocks(dst, src, b)
			for i, v := range dst {
				if math.Float32bits(v) != math.Float32bits(want[i]) {
					t.Fatalf("%+v: element %d is %v, want %v", b, i, v, want[i])
				}
			}
		}
	})
}

func TestCopyBlocksStaysInside(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		for _, short := range []int{0, 1} {
			defer func() {
				if recover() == nil {
					t.Error("a copy past the end of a slice does not panic")
				}
			}()
			CopyBlocks(make([]float32, 24-short), make([]float32, 24-1+short), Blocks{2, 3, 4, 12, 12, 4, 4})
		}
	})
}

func TestSumAxisOfFewRows(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for range 200 {
			blocks, rows, n := 1+r.IntN(9), 1+r.IntN(20), 1+r.IntN(150)
			x, dst, want := normal(r, blocks*rows*n), poisoned(blocks*n), make([]float64, blocks*n)
			for i, v := range x {
				want[i/(rows*n)*n+i%n] += float64(v)
			}
			SumAxis(dst, x, blocks, rows, n)
			near(t, "sums", dst, want, 1e-5)
		}
	})
}
