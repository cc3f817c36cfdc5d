package backendtest

import (
	"errors"
	"math"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/internal/randgraph"
	"github.com/rhyton/rhyton/tensor"
)

// graphs compares random graphs, their gradients and loops.
func (s *suite) graphs(t *testing.T) {
	count := uint64(60)
	if testing.Short() {
		count = 15
	}
	refused := 0
	for seed := range count {
		o := randgraph.Options{Seed: seed, Ops: 5 + int(seed%20), Grad: seed%2 == 0, Scan: seed%3 == 0}
		switch err := s.graph(t, o); {
		case errors.Is(err, backend.ErrUnsupported):
			refused++
		case err != nil:
			t.Errorf("%+v: %v", o, err)
		}
	}
	if refused > 0 {
		t.Logf("%d of %d random graphs are not supported", refused, count)
	}
}

func (s *suite) graph(t *testing.T, o randgraph.Options) error {
	g, in, err := randgraph.Make(o)
	must(t, err)
	want, err := outputs(s.oracle, g, in)
	must(t, err)
	got, err := outputs(s.dev, g, in)
	if err != nil {
		return err
	}
	for i, w := range want {
		if err := differBy(got[i], w, 1e-4, magnitude(w)); err != nil {
			t.Errorf("%+v: output %d: %v", o, i, err)
		}
	}
	return nil
}

// magnitude returns the largest absolute value in t, at least 1.
func magnitude(t *tensor.Tensor) float64 {
	m := 1.0
	for _, x := range numbers(t) {
		m = math.Max(m, math.Abs(x))
	}
	return m
}
