package kernel

import "testing"

func TestTransposeSwapsRowsAndColumns(t *testing.T) {
	forSizes(t, func(t *testing.T, name string, m, n int, x []float32) {
		got := poisoned(m * n)
		Transpose(got, x, m, n)
		for i := range m {
			for j := range n {
				if got[j*m+i] != x[i*n+j] {
					t.Fatalf("%s: (%d, %d) is %v, want %v", name, j, i, got[j*m+i], x[i*n+j])
				}
			}
		}
	})
}
