package backendtest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// random compares draws, which depend only on seed, stream and element.
func (s *suite) random(t *testing.T) {
	for _, d := range wideTypes {
		for _, dist := range []graph.Distribution{graph.Uniform, graph.Normal} {
			name := []string{"uniform", "normal"}[dist]
			t.Run(fmt.Sprint(name, "/", d), func(t *testing.T) { s.draws(t, name, dist, d) })
		}
	}
}

// drawing returns a graph of draws of every length from several streams.
func drawing(t *testing.T, dist graph.Distribution, d graph.DType) *graph.Graph {
	g, err := graph.Trace(func(g *graph.Graph) (out []*graph.Node) {
		for i, shape := range lengths {
			for _, stream := range []uint64{0, uint64(i), 1 << 40} {
				out = append(out, g.Apply(graph.Random{Dist: dist, Stream: stream, DType: d, Dims: graph.DimsOf(shape)}))
			}
		}
		return out
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func (s *suite) draws(t *testing.T, name string, dist graph.Distribution, d graph.DType) {
	l := Line{Op: name, DType: d}
	defer func() {
		if t.Failed() {
			l.Status = Failed
		}
		s.matrix.Lines = append(s.matrix.Lines, l)
	}()
	g := drawing(t, dist, d)
	dev, err := open(s.dev, g)
	if errors.Is(err, backend.ErrUnsupported) {
		l.Status, l.Note = Unsupported, err.Error()
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer dev.close()
	oracle, err := open(s.oracle, g)
	if err != nil {
		t.Fatal(err)
	}
	for _, seed := range []uint64{0, 1, 1<<63 + 12345, 1} {
		got, err := dev.run(background, seed)
		if err != nil {
			t.Fatal(err)
		}
		want, err := oracle.run(background, seed)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if err := sameDraw(got[i], want[i], dist); err != nil {
				t.Errorf("seed %d, %v: %v", seed, g.Outputs[i].Op, err)
			}
		}
	}
}

func sameDraw(got, want *tensor.Tensor, dist graph.Distribution) error {
	if dist == graph.Uniform {
		return differBy(got, want, 0, 0)
	}
	return differ(got, want, 1, false)
}
