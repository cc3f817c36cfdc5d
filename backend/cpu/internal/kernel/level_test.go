package kernel

import "testing"

func TestLevelIsTheNamedOneOrTheBest(t *testing.T) {
	for _, row := range []struct {
		name string
		want Level
	}{{"generic", Generic}, {"avx2", min(AVX2, Best())}, {"", Best()}, {"avx1024", Best()}} {
		if got := chooseLevel(row.name); got != row.want {
			t.Errorf("%q: %v, want %v", row.name, got, row.want)
		}
	}
}
