package kernel

import (
	"fmt"
	"testing"
)

func TestScatterAdd(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, width := range []int{1, 3, 8, 16, 17, 33, 100} {
			const n = 20
			rows, x, index := normal(r, n*width), normal(r, 50*width), make([]int64, 50)
			for i := range index {
				index[i] = int64(r.IntN(n+6)) - 3 // some outside
			}
			for _, part := range [][2]int{{0, n}, {5, 11}, {n - 1, n}, {4, 4}} {
				want, got := widen(rows), append([]float32{}, rows...)
				for k, row := range index {
					if row >= int64(part[0]) && row < int64(part[1]) {
						for j := range width {
							want[int(row)*width+j] += float64(x[k*width+j])
						}
					}
				}
				ScatterAdd(got, x, index, part[0], part[1], width)
				near(t, fmt.Sprint(width, part), got, want, 1e-5)
			}
		}
	})
}
