package optimizers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// A Step is the traced update of one weight. It gives an optimizer access to its slots and to
// values that change from step to step.
type Step struct {
	W    *graph.Node // the weight's value
	Rate *graph.Node // the learning rate, a scalar

	state    *State
	variable *graph.Variable
	trace    *Trace
}

// A Clock holds the values that the scalars of a step depend on.
type Clock struct {
	Step int64   // the update number, starting at 1: Keras' iterations + 1
	Rate float64 // the learning rate
}

// Scalar returns a number that the host computes at every step in float64, which avoids the
// rounding error of a float32 power of beta. name identifies the scalar within the optimizer.
func (s *Step) Scalar(name string, f func(c Clock) float64) *graph.Node {
	return ops.Cast(s.trace.scalar(name, f), s.W.DType)
}

// Slot returns the value of the optimizer's variable called name, which has the shape of the
// weight and is initialized to initial. Set sets its next value.
func (s *Step) Slot(name string, initial float64) *graph.Node {
	return s.trace.g.Read(s.slot(name, initial))
}

// SlotOf is Slot for a variable with a different shape.
func (s *Step) SlotOf(name string, initial float64, shape ...int) *graph.Node {
	v := s.state.variable(s.variable, name, graph.Type{DType: s.variable.Type.DType, Shape: shape}, initial)
	return s.trace.g.Read(v)
}

// Set sets the next value of the slot called name.
func (s *Step) Set(name string, n *graph.Node) {
	s.trace.set(s.state.slots[slotKey{s.variable, name}], n, s.trace.update)
}

func (s *Step) slot(name string, initial float64) *graph.Variable {
	return s.state.variable(s.variable, name, s.variable.Type, initial)
}

// Shared sets the scalar variable called name, which the optimizer has once for all weights, to
// the value that the host computes at every step, and returns that value.
func (s *Step) Shared(name string, initial float64, f func(c Clock) float64) *graph.Node {
	s.state.shared[name] = true
	v := s.state.variable(nil, name, graph.Type{DType: graph.Float32}, initial)
	n := s.trace.scalar(name, f)
	s.trace.set(v, n, s.trace.update)
	return ops.Cast(n, s.W.DType)
}

// Before returns the weight before this step and before decay.
func (s *Step) Before() *graph.Node { return s.trace.g.Read(s.variable) }

// Path returns the weight's path.
func (s *Step) Path() string { return s.variable.Path }

// Trace is the optimizer's part of one traced graph: the scalars that the host fills in before
// each run. They are the last inputs of the graph.
type Trace struct {
	Inputs []*graph.Node

	g      *graph.Graph
	state  *State
	names  []string
	funcs  []func(c Clock) float64
	finite *graph.Node // bool: the gradients are finite; nil: not checked
	update *graph.Node // bool: this step updates; nil: every step does
	parts  []*Trace    // of a MultiOptimizer, whose scalars are in Inputs
}

func (t *Trace) scalar(name string, f func(c Clock) float64) *graph.Node {
	for i, n := range t.names {
		if n == name {
			return t.Inputs[i]
		}
	}
	n := t.g.Input(graph.Float32)
	t.Inputs, t.names, t.funcs = append(t.Inputs, n), append(t.names, name), append(t.funcs, f)
	return n
}

// Fill computes the scalars of the next step and stores them in dst, in the order of Inputs.
func (t *Trace) Fill(dst []float32) {
	if t.parts != nil {
		t.fill(dst)
		return
	}
	s := t.state
	rate, _ := s.LearningRate()
	step := s.Iterations
	if k := int64(s.optimizer.options().AccumulationSteps); k > 0 {
		step /= k
	}
	c := Clock{Step: step + 1, Rate: rate}
	for i, f := range t.funcs {
		dst[i] = float32(f(c))
	}
}

// set stages v = n where cond is true, or everywhere if cond is nil.
func (t *Trace) set(v *graph.Variable, n, cond *graph.Node) {
	t.g.Assign(v, choose(cond, ops.Cast(n, v.Type.DType), t.g.Read(v)))
}

// choose returns a where cond is true or if cond is nil, otherwise b.
func choose(cond, a, b *graph.Node) *graph.Node {
	if cond == nil {
		return a
	}
	return ops.Where(cond, a, b)
}

// pow returns βᵗ in float64, where β is rounded to float32 as in Keras. At 0.999 the two
// bias corrections differ by 2·10⁻⁵, which is visible in a test against Keras.
func pow(beta float64, t int64) float64 {
	x, p := float64(float32(beta)), 1.0
	for ; t > 0; t >>= 1 { // like math.Pow, which also handles exponents beyond float64's
		if t&1 != 0 {
			p *= x
		}
		x *= x
	}
	return p
}
