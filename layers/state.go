package layers

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// Base is what every layer embeds: it holds the layer's variables once it has been called.
// The zero Base is ready.
type Base struct {
	// Frozen keeps training from changing the layer's weights and those of the layers in it;
	// batch statistics stay too, as with Keras' trainable=False. It takes effect at the next
	// Compile.
	Frozen bool `keras:"!trainable"`
	// Policy is the types the layer computes and keeps weights in; nil: the model's.
	Policy *Policy `keras:"dtype"`

	path     string
	weights  []*weight
	children []Module // layers that this one is made of, in the order of their first call
}

// A weight is a variable and what its layer asked for with it.
type weight struct {
	*graph.Variable
	name        string
	tracked     bool
	regularizer Regularizer
	constraint  Constraint
	passing     bool
}

func (s *Base) state() *Base { return s }

// Path returns where the layer stands in its model, such as "encoder/dense_1"; "" before
// the model was compiled.
func (s *Base) Path() string { return s.path }

// Variables lists the layer's variables in Keras' order: its trainable ones, its tracked
// ones, then those of the layers it is made of.
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
	for _, c := range s.children {
		for _, v := range c.state().Variables() {
			if !slices.Contains(own, v) {
				own = append(own, v)
			}
		}
	}
	return own
}

// statesOf lists the variables in which a stateful recurrent layer, or those that a layer is
// made of, keep their states from run to run. They are not among its Variables.
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

// Children lists the layers that the layer is made of, once it has been called.
func (s *Base) Children() []Module { return s.children }
