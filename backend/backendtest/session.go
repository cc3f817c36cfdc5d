package backendtest

import (
	"context"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A session is a compiled graph with variables and buffers for one run at a time.
type session struct {
	g             *graph.Graph
	exe           backend.Executable
	program       *runtime.Program
	values        *runtime.Values
	buffers       *runtime.Buffers
	vars, in, out []backend.Buffer // for runs that bypass the program
}

// open compiles g for dev and allocates its buffers; variables start at their initial values.
func open(dev backend.Device, g *graph.Graph) (*session, error) {
	values := runtime.NewValues()
	p, err := values.Compile(runtime.New("test", dev), g, nil)
	if err != nil {
		return nil, err
	}
	return (&session{g: g, program: p, values: values}).allocate()
}

// beside returns another session of the same executable with separate variables and buffers.
func (s *session) beside() (*session, error) {
	values := runtime.NewValues()
	return (&session{g: s.g, program: s.program.With(values), values: values}).allocate()
}

func (s *session) allocate() (*session, error) {
	var err error
	if s.buffers, err = s.program.NewBuffers(); err != nil {
		return nil, err
	}
	s.exe, s.vars, s.in, s.out, err = s.program.Raw(s.buffers)
	return s, err
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

// variable returns the value of variable i.
func (s *session) variable(i int) (*tensor.Tensor, error) {
	t := s.g.Variables[i].Type
	x := tensor.New(t.DType, t.Shape...)
	return x, s.vars[i].Read(x)
}

// close closes all buffers and the executable.
func (s *session) close() {
	s.program.Close()
	s.values.Close()
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
