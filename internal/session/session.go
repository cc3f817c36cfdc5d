// Package session runs graphs on a device and keeps their variables, for tests.
package session

import (
	"context"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A Session runs graphs on a device and keeps their variables between runs.
type Session struct {
	dev      *runtime.Device
	values   *runtime.Values
	programs map[*graph.Graph]*runtime.Program
}

// New returns a session without variables.
func New(dev backend.Device) *Session {
	return &Session{dev: runtime.New("test", dev), values: runtime.NewValues(), programs: map[*graph.Graph]*runtime.Program{}}
}

// Run runs g on the inputs; g is compiled on its first run.
func (s *Session) Run(g *graph.Graph, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	p := s.programs[g]
	if p == nil {
		var err error
		if p, err = s.values.Compile(s.dev, g, nil); err != nil {
			return nil, err
		}
		s.programs[g] = p
	}
	return p.Run(context.Background(), 1, in...)
}

// Read returns the value of v.
func (s *Session) Read(v *graph.Variable) (*tensor.Tensor, error) { return s.values.Get(v) }

// Write sets the value of v.
func (s *Session) Write(v *graph.Variable, t *tensor.Tensor) error { return s.values.Set(v, t) }

// Eval traces build with one input for each element of in and runs the graph.
func Eval(dev backend.Device, build func(in []*graph.Node) []*graph.Node, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		nodes := make([]*graph.Node, len(in))
		for i, t := range in {
			nodes[i] = g.Input(t.DType(), t.Shape()...)
		}
		return build(nodes)
	})
	if err != nil {
		return nil, err
	}
	return New(dev).Run(g, in...)
}

// Device opens the named device. If name is empty it opens "cpu", or "ref" if there is no "cpu".
func Device(name string) (backend.Device, error) {
	if name != "" {
		return backend.Open(name)
	}
	dev, err := backend.Open("cpu")
	if err != nil {
		return backend.Open("ref")
	}
	return dev, nil
}

// Floats returns t's elements as float64, with bools as 0 and 1, or nil for strings.
func Floats(t *tensor.Tensor) []float64 {
	out := make([]float64, t.Len())
	for i := range out {
		switch d := t.Data().(type) {
		case []bool:
			if d[i] {
				out[i] = 1
			}
		case []uint8:
			out[i] = float64(d[i])
		case []int32:
			out[i] = float64(d[i])
		case []int64:
			out[i] = float64(d[i])
		case []float32:
			out[i] = float64(d[i])
		case []float64:
			out[i] = d[i]
		default:
			return nil
		}
	}
	return out
}
