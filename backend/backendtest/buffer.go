package backendtest

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// buffers tests that Read returns what was written and that other types are refused.
func (s *suite) buffers(t *testing.T) {
	for _, d := range allTypes {
		for _, shape := range [][]int{{}, {0}, {3}, {5, 7}, {2, 1, 3}} {
			t.Run(fmt.Sprint(graph.Type{DType: d, Shape: shape}), func(t *testing.T) { s.buffer(t, of(d, shape...)) })
		}
	}
	t.Run("misuse", s.bufferMisuse)
}

func (s *suite) buffer(t *testing.T, o operand) {
	b, err := s.dev.NewBuffer(o.Type)
	if err != nil {
		t.Skipf("the device has no such buffer: %v", err)
	}
	defer b.Close()
	zeros := tensor.New(o.DType, o.Shape...)
	holds(t, "a new buffer", b, zeros)
	rng := rand.New(rand.NewPCG(1, 1))
	x, y := o.array(rng), o.array(rng)
	want := o.array(rand.New(rand.NewPCG(1, 1)))
	must(t, b.Write(x))
	for i := range x.Len() {
		set(x, i, 0)
	}
	holds(t, "after Write and a change of the array", b, want)
	must(t, b.Lend(y))
	holds(t, "after Lend", b, y)
	must(t, b.Write(want))
	holds(t, "after Write after Lend", b, want)
	if err := differBy(y, o.second(), 0, 0); err != nil {
		t.Errorf("Write after Lend changed what was lent: %v", err)
	}
}

// second returns the second array that [suite.buffer] draws.
func (o operand) second() *tensor.Tensor {
	rng := rand.New(rand.NewPCG(1, 1))
	o.array(rng)
	return o.array(rng)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func holds(t *testing.T, when string, b backend.Buffer, want *tensor.Tensor) {
	t.Helper()
	got := tensor.New(want.DType(), want.Shape()...)
	must(t, b.Read(got))
	if err := differBy(got, want, 0, 0); err != nil {
		t.Errorf("%s: %v", when, err)
	}
}

func (s *suite) bufferMisuse(t *testing.T) {
	b, err := s.dev.NewBuffer(graph.Type{DType: graph.Float32, Shape: graph.Shape{2, 3}})
	must(t, err)
	defer b.Close()
	written := tensor.Of([]float32{1, 2, 3, 4, 5, 6}, 2, 3)
	must(t, b.Write(written))
	for name, x := range map[string]*tensor.Tensor{
		"another shape":      tensor.New(graph.Float32, 3, 2),
		"another rank":       tensor.New(graph.Float32, 6),
		"another type":       tensor.New(graph.Int32, 2, 3),
		"a wider type":       tensor.New(graph.Float64, 2, 3),
		"strings":            tensor.New(tensor.String, 2, 3),
		"a broken array":     tensor.Of([]float32{1}, 2, 3),
		"nothing":            nil,
		"an array too large": tensor.New(graph.Float32, 2, 4),
	} {
		for verb, f := range map[string]func(*tensor.Tensor) error{"Write": b.Write, "Lend": b.Lend, "Read": b.Read} {
			refuses(t, verb+" of "+name, func() error { return f(x) })
		}
	}
	holds(t, "after misuse", b, written)
	refuses(t, "NewBuffer of strings", func() error {
		_, err := s.dev.NewBuffer(graph.Type{DType: tensor.String, Shape: graph.Shape{2}})
		return err
	})
}

// refuses tests that f returns an error and does not panic.
func refuses(t *testing.T, what string, f func() error) {
	t.Helper()
	defer func() {
		if r := recover(); r != nil {
			t.Errorf("%s panics: %v", what, r)
		}
	}()
	if f() == nil {
		t.Errorf("%s gives no error", what)
	}
}
