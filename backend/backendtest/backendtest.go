// Package backendtest is the conformance test suite for devices: it compares an implementation of
// backend.Device with backend/ref, which defines the meaning of every primitive.
//
//	func TestConformance(t *testing.T) { backendtest.Run(t, mydevice.New()) }
//
// Integers, bools, comparisons and operations that only move elements must be equal. A float x
// may differ by τ·(|x| + √n), where n is the number of terms summed (1 if none are) of
// magnitude about 1, and τ is
//
//	float64   1e-10
//	float32   1e-5
//	float16   2e-3    (two units in the last place)
//	bfloat16  1.6e-2  (two units in the last place)
//
// NaN and infinities must be in the same places as in the reference; the sign of zeros may differ.
// Uniform random numbers must be bitwise equal, normal ones equal within τ.
package backendtest

import (
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/graph"
)

// Run tests dev and returns what it supports. A case that dev refuses to compile with an error
// that wraps backend.ErrUnsupported is not a failure but is recorded in the matrix, which is
// logged. With -short it runs a third of the cases.
func Run(t *testing.T, dev backend.Device) *Matrix {
	t.Helper()
	s := &suite{dev: dev, oracle: ref.New(), matrix: &Matrix{Device: dev.Caps().Name}}
	for _, family := range []struct {
		name string
		rows func() []row
	}{
		{"source", sourceRows}, {"elementwise", elementwiseRows}, {"shape", shapeRows}, {"reduce", reduceRows},
		{"index", indexRows}, {"window", windowRows}, {"scan", scanRows}, {"composite", compositeRows},
	} {
		t.Run(family.name, func(t *testing.T) {
			for _, r := range family.rows() {
				r.cases = thinned(r.cases)
				t.Run(r.name+"/"+r.dtype.String(), func(t *testing.T) { s.check(t, r) })
			}
		})
	}
	t.Run("random", s.random)
	t.Run("variable", s.variables)
	t.Run("buffer", s.buffers)
	t.Run("run", s.running)
	t.Run("graph", s.graphs)
	for _, l := range s.matrix.Lines {
		if l.Status != Supported {
			t.Logf("%s of %v: %v %s", l.Op, l.DType, l.Status, l.Note)
		}
	}
	return s.matrix
}

type suite struct {
	dev, oracle backend.Device
	matrix      *Matrix
}

// thinned drops two cases out of three in short tests, unless there are only a few.
func thinned(cases []testCase) (some []testCase) {
	if !testing.Short() || len(cases) <= 4 {
		return cases
	}
	for i := 1; i < len(cases); i += 3 {
		some = append(some, cases[i])
	}
	return some
}

// A row holds the cases of one operation and element type, which are compiled together.
type row struct {
	name  string
	dtype graph.DType
	cases []testCase
}

// A testCase is a part of a graph with its operands.
type testCase struct {
	op       graph.Op // applied to the operands, unless build is set
	build    func(g *graph.Graph, in []*graph.Node) []*graph.Node
	in       []operand
	terms    int  // number of terms summed per element
	relative bool // small results must be accurate too
}

func (c testCase) apply(g *graph.Graph, in []*graph.Node) []*graph.Node {
	if c.build != nil {
		return c.build(g, in)
	}
	return graph.ResultsOf(g.Apply(c.op, in...))
}

// graphOf traces several cases into one graph.
func graphOf(cases []testCase) (g *graph.Graph, outputs []int, err error) {
	g, err = graph.Trace(func(g *graph.Graph) (out []*graph.Node) {
		for i, c := range cases {
			var in []*graph.Node
			for _, o := range c.in {
				in = append(in, g.Input(o.DType, o.Shape...))
			}
			for _, n := range c.apply(g, in) {
				out, outputs = append(out, n), append(outputs, i)
			}
		}
		return out
	})
	return g, outputs, err
}
