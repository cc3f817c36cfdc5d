package metrics

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// State holds the sums of one metric. It persists across traces, so that graphs of different
// batch sizes add to the same variables.
type State struct {
	path  string
	g     *graph.Graph
	names map[string]*graph.Variable
	order []*graph.Variable
}

// NewState returns an empty state whose variables have paths under path.
func NewState(path string) *State {
	return &State{path: path, names: map[string]*graph.Variable{}}
}

// Update traces into g the update of s by m for a batch.
func Update(g *graph.Graph, m Metric, s *State, b Batch) {
	if err := Check(m); err != nil {
		graph.Errorf("metric %v", err)
	}
	s.g = g
	m.Update(s, b)
}

// Add adds x, cast to float32, to the sum with the given name. The sum starts at 0 and has the
// shape of x, which must be the same in all traces.
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

// Variables returns the sums in the order in which Update names them. Setting them to zero resets
// the metric.
func (s *State) Variables() []*graph.Variable { return s.order }

// Result returns the result of m, where values are the values of the variables of its state.
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
