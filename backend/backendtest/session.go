package backendtest

import (
	"context"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A session is a compiled graph with buffers for one run at a time.
type session struct {
	dev           backend.Device
	g             *graph.Graph
	exe           backend.Executable
	vars, in, out []backend.Buffer
}

// open compiles g for dev and gives it buffers; variables begin at their initial values.
func open(dev backend.Device, g *graph.Graph) (*session, error) {
	exe, err := backend.Compile(dev, g)
	if err != nil {
		return nil, err
	}
	s := &session{dev: dev, g: g, exe: exe}
	return s, s.allocate()
}

// beside returns another session of the same executable with buffers of its own.
func (s *session) beside() (*session, error) {
	c := &session{dev: s.dev, g: s.g, exe: s.exe}
	return c, c.allocate()
}

func (s *session) allocate() error {
	for _, v := range s.g.Variables {
		b, err := s.dev.NewBuffer(v.Type)
		if err != nil {
			return err
		}
		s.vars = append(s.vars, b)
		if v.Initial != nil {
			if err := b.Write(v.Initial); err != nil {
				return err
			}
		}
	}
	for _, n := range s.g.Inputs {
		b, err := s.dev.NewBuffer(n.Type)
		if err != nil {
			return err
		}
		s.in = append(s.in, b)
	}
	for _, n := range s.g.Outputs {
		b, err := s.dev.NewBuffer(n.Type)
		if err != nil {
			return err
		}
		s.out = append(s.out, b)
	}
	return nil
}

// run computes the outputs for in.
func (s *session) run(ctx context.Context, seed uint64, in ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	for i, x := range in {
		if err := s.in[i].Write(x); err != nil {
			return nil, err
		}
	}
	if err := s.exe.Run(ctx, backend.Call{Seed: seed, Vars: s.vars, In: s.in, Out: s.out}); err != nil {
		return nil, err
	}
	return read(s.out, s.g.Outputs)
}

func read(buffers []backend.Buffer, nodes []*graph.Node) (all []*tensor.Tensor, err error) {
	for i, n := range nodes {
		x := tensor.New(n.DType, n.Shape...)
		if err := buffers[i].Read(x); err != nil {
			return nil, err
		}
		all = append(all, x)
	}
	return all, nil
}

// variable reads the value of variable i.
func (s *session) variable(i int) (*tensor.Tensor, error) {
	t := s.g.Variables[i].Type
	x := tensor.New(t.DType, t.Shape...)
	return x, s.vars[i].Read(x)
}

// close gives back the buffers, and the executable too.
func (s *session) close() {
	s.release()
	s.exe.Close()
}

func (s *session) release() {
	for _, list := range [][]backend.Buffer{s.vars, s.in, s.out} {
		for _, b := range list {
			b.Close()
		}
	}
}

// outputs compiles and runs g once.
func outputs(dev backend.Device, g *graph.Graph, in []*tensor.Tensor) ([]*tensor.Tensor, error) {
	s, err := open(dev, g)
	if err != nil {
		return nil, err
	}
	defer s.close()
	return s.run(background, 1, in...)
}
