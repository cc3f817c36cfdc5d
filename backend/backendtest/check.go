package backendtest

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/tensor"
)

// check compares a row's cases and records the outcome. Cases that are refused together are
// tried individually.
func (s *suite) check(t *testing.T, r row) {
	l := Line{Op: r.name, DType: r.dtype}
	err := s.compare(t, r.cases)
	if errors.Is(err, backend.ErrUnsupported) {
		l.Status, l.Note = Unsupported, err.Error()
		for i := range r.cases {
			switch one := s.compare(t, r.cases[i:i+1]); {
			case one == nil:
				l.Status, err = Partly, nil
			case !errors.Is(one, backend.ErrUnsupported):
				t.Error(one)
			}
		}
	} else if err != nil {
		t.Error(err)
	}
	if t.Failed() {
		l.Status = Failed
	}
	s.matrix.Lines = append(s.matrix.Lines, l)
}

// compare runs cases on both devices. Differences are failures of t; the returned error is that of
// the device.
func (s *suite) compare(t *testing.T, cases []testCase) error {
	t.Helper()
	g, at, err := graphOf(cases)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(11, 13))
	var in []*tensor.Tensor
	for _, c := range cases {
		for _, o := range c.in {
			in = append(in, o.array(rng))
		}
	}
	want, err := outputs(s.oracle, g, in)
	if err != nil {
		t.Fatal(err)
	}
	got, err := outputs(s.dev, g, in)
	if err != nil {
		return err
	}
	for i, c := range at {
		if err := differ(got[i], want[i], cases[c].terms, cases[c].relative); err != nil {
			t.Errorf("%v of %v: %v", cases[c].op, cases[c].in, err)
		}
	}
	return nil
}

var background = context.Background()
