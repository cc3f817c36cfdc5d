package ops_test

import (
	"math"
	"slices"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// TestDrawsHaveTheirMoments checks mean, variance and bounds of 20000 draws.
func TestDrawsHaveTheirMoments(t *testing.T) {
	const n = 20000
	inf := math.Inf(1)
	full := func(x node, v float64) node { return ops.Full(x, v, n) }
	rows := []struct {
		name           string
		f              func(x node) node
		mean, variance float64
		lo, hi         float64
	}{
		{"uniform", func(x node) node { return ops.Uniform(x.Graph(), 1, graph.Float32, n) }, .5, 1. / 12, 0, 1},
		{"normal", func(x node) node { return ops.Normal(x.Graph(), 1, graph.Float32, n) }, 0, 1, -inf, inf},
		{"truncated", func(x node) node { return ops.TruncatedNormal(x.Graph(), 1, graph.Float32, n) }, 0, .7737, -2, 2},
		{"randint", func(x node) node { return ops.RandInt(x.Graph(), 1, -2, 3, n) }, 0, 2, -2, 2},
		{"gamma .5", func(x node) node { return ops.Gamma(full(x, .5), 1, n) }, .5, .5, 0, inf},
		{"gamma 4", func(x node) node { return ops.Gamma(full(x, 4), 1, n) }, 4, 4, 0, inf},
		{"beta 2 3", func(x node) node { return ops.Beta(full(x, 2), full(x, 3), 1, n) }, .4, .04, 0, 1},
		{"binomial 10 .3", func(x node) node { return ops.Binomial(ops.Scalar(x, .3), 10, 1, n) }, 3, 2.1, 0, 10},
		{"categorical", func(x node) node {
			p := ops.Log(ops.Reshape(ops.Concatenate(0, ops.Full(x, .2, 1), ops.Full(x, 0, 1), ops.Full(x, .8, 1)), 1, 3))
			return ops.Categorical(p, n, 1)
		}, 1.6, .64, 0, 2},
	}
	for _, r := range rows {
		t.Run(r.name, func(t *testing.T) {
			v := values(runOn(t, "cpu", 7, func(in []node) []node { return []node{r.f(in[0])} })[0])
			mean, variance := 0.0, 0.0
			for _, x := range v {
				mean += x / n
			}
			for _, x := range v {
				variance += (x - mean) * (x - mean) / n
			}
			if sigma := math.Sqrt(r.variance / n); math.Abs(mean-r.mean) > 5*sigma {
				t.Errorf("mean %v, want %v", mean, r.mean)
			}
			if math.Abs(variance/r.variance-1) > .06 {
				t.Errorf("variance %v, want %v", variance, r.variance)
			}
			if lo, hi := slices.Min(v), slices.Max(v); lo < r.lo || hi > r.hi {
				t.Errorf("from %v to %v, want %v to %v", lo, hi, r.lo, r.hi)
			}
		})
	}
}

func TestShuffleKeepsTheRows(t *testing.T) {
	seed := lcg(1)
	x := seed.array(50, 2)
	got := values(run(t, func(in []node) []node { return []node{ops.Shuffle(in[0], 0, 1)} }, x)[0])
	want := values(x)
	if slices.Equal(got, want) {
		t.Error("nothing moved")
	}
	at := map[float64]float64{}
	for i := 0; i < len(want); i += 2 {
		at[want[i]] = want[i+1]
	}
	for i := 0; i < len(got); i += 2 {
		if second, ok := at[got[i]]; !ok || second != got[i+1] {
			t.Fatalf("row %v is new", got[i:i+2])
		}
		delete(at, got[i])
	}
}
