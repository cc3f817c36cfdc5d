package kernel

import "testing"

func TestLevelIsTheNamedOneOrTheBest(t *testing.T) {
	for l := Generic; l <= Best(); l++ {
		if got := chooseLevel(l.String()); got != l {
			t.Errorf("%q: %v, want %v", l.String(), got, l)
		}
	}
	for _, name := range []string{"", "avx1024"} {
		if got := chooseLevel(name); got != usual {
			t.Errorf("%q: %v, want %v", name, got, usual)
		}
	}
}
