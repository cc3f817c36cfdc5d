package ops_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// numpyShape is the broadcasting rule of NumPy's manual, written independently.
func numpyShape(a, b []int) ([]int, bool) {
	var out []int
	for i := 1; i <= max(len(a), len(b)); i++ {
		x, y := 1, 1
		if i <= len(a) {
			x = a[len(a)-i]
		}
		if i <= len(b) {
			y = b[len(b)-i]
		}
		switch {
		case x == y || y == 1:
			out = append([]int{x}, out...)
		case x == 1:
			out = append([]int{y}, out...)
		default:
			return nil, false
		}
	}
	return out, true
}

// shapeOf reads a shape of up to 4 axes with extents 1 to 4 from bits.
func shapeOf(bits uint16) (s []int) {
	for range bits & 3 {
		bits >>= 2
		s = append(s, int(bits&3)+1)
	}
	return s
}

func FuzzBroadcastingFollowsNumPy(f *testing.F) {
	for _, seed := range []uint16{0, 1, 2, 3, 0x1b, 0xff, 0x91, 0x32} {
		f.Add(seed, seed*7+1)
	}
	f.Fuzz(func(t *testing.T, p, q uint16) {
		sa, sb := shapeOf(p), shapeOf(q)
		want, ok := numpyShape(sa, sb)
		if !ok {
			_, err := graph.Trace(func(g *graph.Graph) []node {
				return []node{ops.Add(g.Input(graph.Float32, sa...), g.Input(graph.Float32, sb...))}
			})
			if err == nil || !strings.Contains(err.Error(), "do not broadcast") {
				t.Fatalf("%v + %v: %v", sa, sb, err)
			}
			return
		}
		r := lcg(uint64(p)<<16 | uint64(q))
		a, b := r.array(sa...), r.array(sb...)
		got := run(t, func(in []node) []node { return []node{ops.Subtract(in[0], in[1])} }, a, b)[0]
		if fmt.Sprint([]int(got.Shape())) != fmt.Sprint(want) {
			t.Fatalf("%v - %v is %v, want %v", sa, sb, got.Shape(), want)
		}
		at := func(s []int, i int) int { // the element of shape s that position i of want reads
			o, stride := 0, 1
			for k := 1; k <= len(want); k++ {
				d := want[len(want)-k]
				if k <= len(s) {
					if s[len(s)-k] != 1 {
						o += i % d * stride
					}
					stride *= s[len(s)-k]
				}
				i /= d
			}
			return o
		}
		va, vb, vg := values(a), values(b), values(got)
		for i, g := range vg {
			if w := float64(float32(va[at(sa, i)]) - float32(vb[at(sb, i)])); g != w {
				t.Fatalf("%v - %v at %d: got %v, want %v", sa, sb, i, g, w)
			}
		}
	})
}
