package layers

import (
	"github.com/rhyton/rhyton/graph"
)

// Base is embedded in every layer. It holds the layer's variables once the layer has been called.
// The zero Base is ready to use.
type Base struct {
	// Frozen excludes the weights of the layer and of its sublayers from training. Batch
	// statistics are not updated either, as with Keras' trainable=False. A change takes effect
	// at the next Compile.
	Frozen bool `keras:"!trainable"`
	// Policy holds the compute and variable types of the layer; nil: the model's policy.
	Policy *Policy `keras:"dtype"`

	path     string
	weights  []*weight
	children []Module // sublayers, in the order of their first call
	adopted  map[*Base]bool
}

// A weight is a variable together with the spec it was requested with.
type weight struct {
	*graph.Variable
	name        string
	tracked     bool
	regularizer Regularizer
	constraint  Constraint
	passing     bool
}

func (s *Base) state() *Base { return s }

// Path returns the layer's path in its model, such as "encoder/dense_1"; it is "" until the
// model is compiled.
func (s *Base) Path() string { return s.path }

// Variables returns the layer's variables in Keras' order: trainable variables, tracked
// variables, then those of the sublayers.
func (s *Base) Variables() []*graph.Variable {
	var own, tracked []*graph.Variable
	for _, w := range s.weights {
		switch {
		case w.passing:
		case !w.tracked:
			own = append(own, w.Variable)
		default:
			tracked = append(tracked, w.Variable)
		}
	}
	own = append(own, tracked...)
	if len(s.children) == 0 {
		return own
	}
	seen := map[*graph.Variable]bool{}
	for _, v := range own {
		seen[v] = true
	}
	for _, c := range s.children {
		for _, v := range c.state().Variables() {
			if !seen[v] {
				seen[v] = true
				own = append(own, v)
			}
		}
	}
	return own
}

// statesOf returns the variables in which l, if it is a stateful recurrent layer, and its
// sublayers keep their states between runs. They are not included in Variables.
func statesOf(l Module) (vars []*graph.Variable) {
	for _, w := range l.state().weights {
		if w.passing {
			vars = append(vars, w.Variable)
		}
	}
	for _, c := range l.state().children {
		vars = append(vars, statesOf(c)...)
	}
	return vars
}

// Children returns the sublayers, once the layer has been called.
func (s *Base) Children() []Module { return s.children }
