package optimizers

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

func TestAnOptimizerMapChoosesAsKeras(t *testing.T) {
	adam, sgd, other := &Adam{}, &SGD{}, &RMSprop{}
	m := OptimizerMap{Default: other, Optimizers: []Mapped{{"encoder/layer_0/dense", adam}, {"encoder/.*", sgd}, {"decoder", adam}}}
	for path, want := range map[string]Optimizer{ // the docstring of keras.optimizers.OptimizerMap
		"decoder": adam, "encoder/layer_0/dense": adam, "encoder/layer_0/attention/query": sgd, "decoder/layer_0/dense": other,
	} {
		if got, err := m.For(path); err != nil || got != want {
			t.Errorf("%s: %T, %v", path, got, err)
		}
	}
	if got, err := m.For("layer_0/dense", "encoder/layer_0/dense"); err != nil || got != adam {
		t.Errorf("a path with the model's name: %T, %v", got, err)
	}
	m.Optimizers = append(m.Optimizers, Mapped{".*coder/x", adam})
	if _, err := m.For("encoder/x"); err == nil || !strings.Contains(err.Error(), `"encoder/x" has several optimizers, those of "encoder/.*" and ".*coder/x"`) {
		t.Error(err)
	}
}

func TestMultiOptimizersThatDoNotFitAreErrors(t *testing.T) {
	row := func(path string, o Optimizer) OptimizerMap {
		return OptimizerMap{Default: &SGD{}, Optimizers: []Mapped{{path, o}}}
	}
	for _, r := range []struct {
		o    *MultiOptimizer
		want string
	}{
		{&MultiOptimizer{}, "Default is not set"},
		{&MultiOptimizer{Map: row("a", nil)}, `"a" has no Optimizer`},
		{&MultiOptimizer{Map: row("(", &SGD{})}, "missing closing )"},
		{&MultiOptimizer{Map: row("a", &SGD{Momentum: 2})}, `"a": SGD: Momentum is 2`},
		{&MultiOptimizer{Map: row("a", &MultiOptimizer{})}, "a MultiOptimizer cannot be inside a MultiOptimizer"},
		{&MultiOptimizer{Map: row("a", &LossScaleOptimizer{Inner: &SGD{}})}, "a LossScaleOptimizer cannot be inside a MultiOptimizer"},
		{&MultiOptimizer{Map: row("a", &SGD{}), Choose: func(string) Optimizer { return nil }}, "both Map and Choose are set"},
		{&MultiOptimizer{Map: row("a", &SGD{}), LossScaleFactor: -1}, "LossScaleFactor is -1"},
	} {
		if _, err := NewState(r.o); err == nil || !strings.Contains(err.Error(), r.want) {
			t.Errorf("%v; want %q", err, r.want)
		}
	}
	if _, err := config.Marshal(&MultiOptimizer{Choose: func(string) Optimizer { return nil }}); err == nil || !strings.Contains(err.Error(), "cannot be saved") {
		t.Error(err)
	}
}

func TestAChosenOptimizerIsOneByItsPointer(t *testing.T) {
	slow, fast := &SGD{LearningRate: .1}, &SGD{LearningRate: 10}
	s, err := NewState(&MultiOptimizer{Choose: func(path string) Optimizer {
		if strings.HasSuffix(path, "bias") {
			return fast
		}
		return slow
	}})
	if err != nil {
		t.Fatal(err)
	}
	var vars []*graph.Variable
	for _, path := range []string{"a/kernel", "a/bias", "b/kernel"} {
		vars = append(vars, &graph.Variable{Path: path, Type: graph.Type{DType: graph.Float32}, Trainable: true})
	}
	_, err = graph.Trace(func(g *graph.Graph) []*graph.Node {
		one := g.Const(graph.Float32, 1)
		trace := s.Apply(g, vars, []*graph.Node{one, one, one}, nil)
		rates := make([]float32, len(trace.Inputs))
		trace.Fill(rates)
		if len(rates) != 2 || rates[0] != .1 && rates[1] != .1 || rates[0] != 10 && rates[1] != 10 {
			t.Errorf("rates %v; want 0.1 and 10", rates)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Entries()); n != 2+2+2 { // the iteration and rate of the MultiOptimizer and of each optimizer
		t.Errorf("%d entries", n)
	}
	if err := s.SetLearningRate(.5); err == nil || !strings.Contains(err.Error(), "a learning rate for each of its optimizers") {
		t.Error(err)
	}
}
