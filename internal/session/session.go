// Package session runs graphs on a device and keeps their variables, for tests.
package session

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Session runs graphs on a device and keeps their variables between runs.
type Session struct {
	Dev  backend.Device
	vars map[*graph.Variable]backend.Buffer
	exes map[*graph.Graph]backend.Executable
}

// New returns a session without variables.
func New(dev backend.Device) *Session {
	return &Session{Dev: dev, vars: map[*graph.Variable]backend.Buffer{}, exes: map[*graph.Graph]backend.Executable{}}
}

// Run runs g, compiled at its first run, on the inputs.
func (s *Session) Run(g *graph.Graph, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	exe := s.exes[g]
	if exe == nil {
		var err error
		if exe, err = backend.Compile(s.Dev, g); err != nil {
			return nil, err
		}
		s.exes[g] = exe
	}
	vars := make([]backend.Buffer, len(g.Variables))
	for i, v := range g.Variables {
		b, err := s.buffer(v)
		if err != nil {
			return nil, err
		}
		vars[i] = b
	}
	ins, err := s.inputs(g, in)
	if err != nil {
		return nil, err
	}
	outs := make([]backend.Buffer, len(g.Outputs))
	for i, n := range g.Outputs {
		if outs[i], err = s.Dev.NewBuffer(n.Type); err != nil {
			return nil, err
		}
	}
	if err := exe.Run(context.Background(), backend.Call{Seed: 1, Vars: vars, In: ins, Out: outs}); err != nil {
		return nil, err
	}
	return readAll(g, outs)
}

func (s *Session) inputs(g *graph.Graph, in []*tensor.Tensor) ([]backend.Buffer, error) {
	if len(in) != len(g.Inputs) {
		return nil, fmt.Errorf("run: %d inputs given, the graph has %d", len(in), len(g.Inputs))
	}
	bufs := make([]backend.Buffer, len(in))
	for i, t := range in {
		b, err := s.Dev.NewBuffer(g.Inputs[i].Type)
		if err == nil {
			err = b.Write(t)
		}
		if err != nil {
			return nil, fmt.Errorf("run: input %d: %w", i, err)
		}
		bufs[i] = b
	}
	return bufs, nil
}

func readAll(g *graph.Graph, outs []backend.Buffer) ([]*tensor.Tensor, error) {
	got := make([]*tensor.Tensor, len(outs))
	for i, b := range outs {
		got[i] = tensor.New(g.Outputs[i].DType, g.Outputs[i].Shape...)
		if err := b.Read(got[i]); err != nil {
			return nil, err
		}
		if err := b.Close(); err != nil {
			return nil, err
		}
	}
	return got, nil
}

// buffer returns v's memory, made with its initial value at its first use.
func (s *Session) buffer(v *graph.Variable) (backend.Buffer, error) {
	if b := s.vars[v]; b != nil {
		return b, nil
	}
	b, err := s.Dev.NewBuffer(v.Type)
	if err == nil && v.Initial != nil {
		err = b.Write(v.Initial)
	}
	if err != nil {
		return nil, fmt.Errorf("variable %s: %w", v.Path, err)
	}
	s.vars[v] = b
	return b, nil
}

// Read returns the value of v.
func (s *Session) Read(v *graph.Variable) (*tensor.Tensor, error) {
	b, err := s.buffer(v)
	if err != nil {
		return nil, err
	}
	t := tensor.New(v.Type.DType, v.Type.Shape...)
	return t, b.Read(t)
}

// Write sets the value of v.
func (s *Session) Write(v *graph.Variable, t *tensor.Tensor) error {
	b, err := s.buffer(v)
	if err != nil {
		return err
	}
	return b.Write(t)
}

// Eval traces build over one input for each of in, and runs it.
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

// Device opens the named device. Without a name it is "cpu", or "ref" where there is no "cpu".
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

// Floats returns t's elements as float64, bools as 0 and 1; nil for strings.
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
