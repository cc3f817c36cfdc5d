package metrics

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// State has the sums of one metric. It lasts from trace to trace, so that graphs of several
// batch sizes add to the same variables.
type State struct {
	path  string
	g     *graph.Graph
	names map[string]*graph.Variable
	order []*graph.Variable
}

// NewState returns an empty state whose variables have paths below path.
func NewState(path string) *State {
	return &State{path: path, names: map[string]*graph.Variable{}}
}

// Update traces m's update of s by a batch into g.
func Update(g *graph.Graph, m Metric, s *State, b Batch) {
	if err := Check(m); err != nil {
		graph.Errorf("metric %v", err)
	}
	s.g = g
	m.Update(s, b)
}

// Add adds x, cast to float32, to the sum of that name, which begins as 0 and has the shape
// of x, the same in all traces.
func (s *State) Add(name string, x *graph.Node) {
	x = ops.Cast(x, graph.Float32)
	v := s.names[name]
	if v == nil {
		v = &graph.Variable{Path: s.path + "/" + name, Type: graph.Type{DType: graph.Float32, Shape: x.Shape.Clone()}}
		s.names[name] = v
		s.order = append(s.order, v)
	}
	s.g.Assign(v, ops.Add(s.g.Read(v), x))
}

// Variables lists the sums in the order in which Update names them. A metric is reset by
// setting them to zeros.
func (s *State) Variables() []*graph.Variable { return s.order }

// Result returns m's result for the values of s's variables.
func Result(m Metric, values []*tensor.Tensor) (*tensor.Tensor, error) {
	sums := make([][]float64, len(values))
	for i, t := range values {
		x, err := tensor.As[float64](t)
		if err != nil {
			return nil, err
		}
		sums[i] = x
	}
	return m.Result(sums), nil
}
