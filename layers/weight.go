package layers

import (
	"fmt"
	"slices"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// An Initializer returns the initial value of a weight for a key; the same key yields the same
// value. Package initializers provides Keras' initializers.
//
// The value is made when it is first needed, by a run or by Weights. An initializer that takes
// only some shapes can have a method CheckShape(tensor.Shape) error, so that Compile reports the
// others.
type Initializer interface {
	Make(dtype tensor.DType, shape graph.Shape, key uint64) (*tensor.Tensor, error)
}

// A Regularizer maps a weight to a scalar penalty that is added to the loss.
type Regularizer interface {
	Penalty(w *graph.Node) *graph.Node
}

// A Constraint projects a weight onto the nearest allowed value after an update.
type Constraint interface {
	Apply(w *graph.Node) *graph.Node
}

// A WeightSpec describes a weight in full; for the common case, see [Scope.Weight].
type WeightSpec struct {
	Name        string
	Shape       graph.Shape
	DType       graph.DType // 0: the policy's variable type
	Initializer Initializer
	Regularizer Regularizer // nil: none
	Constraint  Constraint  // nil: none
	Tracked     bool        // updated by Assign, not by gradients
	Fixed       bool        // never updated, but listed among the trainable weights

	passing bool // not one of the layer's variables, and not saved
}

// maxWeightBytes is the size above which a weight is assumed to be a mistake in a shape.
const maxWeightBytes = 16 << 30

// Weight returns the current layer's trainable weight of that name, cast to the layer's compute
// type. The first call creates the variable.
func (s *Scope) Weight(name string, shape graph.Shape, init Initializer) *graph.Node {
	return s.AddWeight(WeightSpec{Name: name, Shape: shape, Initializer: init})
}

// AddWeight returns the weight described by spec, cast to the layer's compute type.
func (s *Scope) AddWeight(spec WeightSpec) *graph.Node {
	v := s.variable(spec)
	if made := s.made[s.top().l.state()]; made != nil {
		made(spec.Name)
	}
	n := s.Read(v)
	if n.DType.IsFloat() {
		n = ops.Cast(n, s.policy().compute())
	}
	return n
}

// Track returns a variable of the current layer that is updated by Assign, not by gradients, such
// as a moving average, a state or a counter.
func (s *Scope) Track(name string, shape graph.Shape, init Initializer) *graph.Variable {
	return s.variable(WeightSpec{Name: name, Shape: shape, Initializer: init, Tracked: true})
}

// TrackAs is like Track for a variable whose type differs from the policy's.
func (s *Scope) TrackAs(dtype graph.DType, name string, shape graph.Shape, init Initializer) *graph.Variable {
	return s.variable(WeightSpec{Name: name, DType: dtype, Shape: shape, Initializer: init, Tracked: true})
}

// Variable returns the variable described by spec, for layers that assign their own weights.
func (s *Scope) Variable(spec WeightSpec) *graph.Variable { return s.variable(spec) }

// Read returns the value of v: at the start of the run, or as last assigned in this trace.
func (s *Scope) Read(v *graph.Variable) *graph.Node { return s.g.Read(v) }

// Assign stages the assignment v = n, which takes effect at the end of the run.
func (s *Scope) Assign(v *graph.Variable, n *graph.Node) {
	s.g.Assign(v, ops.Cast(n, v.Type.DType))
}

func (s *Scope) variable(spec WeightSpec) *graph.Variable {
	f := s.top()
	st := f.l.state()
	if spec.DType == 0 {
		spec.DType = s.policy().variable()
	}
	w := st.find(spec.Name)
	switch {
	case w == nil:
		w = s.make(st, spec)
	case !w.Type.Shape.Equal(spec.Shape):
		graph.Errorf("its weight %q has shape %v, this input needs %v: a layer keeps the weights of its first call", spec.Name, w.Type.Shape, spec.Shape)
	}
	if f.frozen {
		s.frozen[w.Variable] = true
	}
	if w.regularizer != nil && w.Trainable && !f.frozen && !s.penalty[w.Variable] {
		s.penalty[w.Variable] = true
		s.penalties = append(s.penalties, one(w.regularizer.Penalty(s.Read(w.Variable))))
	}
	return w.Variable
}

func (s *Base) find(name string) *weight {
	for _, w := range s.weights {
		if w.name == name {
			return w
		}
	}
	return nil
}

func (s *Scope) make(st *Base, spec WeightSpec) *weight {
	if err := spec.Shape.Check(); err != nil {
		graph.Errorf("weight %q: %v", spec.Name, err)
	}
	if bytes := int64(spec.Shape.Size()) * int64(spec.DType.Size()); bytes > maxWeightBytes {
		graph.Errorf("weight %q: %v %v is %d GB, more than the limit of %d GB: check the layer's sizes", spec.Name, spec.DType, spec.Shape, bytes>>30, maxWeightBytes>>30)
	}
	w := &weight{name: spec.Name, tracked: spec.Tracked, regularizer: spec.Regularizer, constraint: spec.Constraint, passing: spec.passing}
	w.Variable = &graph.Variable{Path: join(st.path, spec.Name), Type: graph.Type{DType: spec.DType, Shape: spec.Shape.Clone()}, Trainable: !spec.Tracked && !spec.Fixed}
	if spec.Initializer != nil && !s.Blank {
		if err := checkShape(spec.Initializer, w.Type.Shape); err != nil {
			graph.Errorf("weight %q: %v", spec.Name, err)
		}
		w.Make = initially(spec, s.Seed*0x9E3779B97F4A7C15+hash(w.Path))
	}
	st.weights = append(st.weights, w)
	return w
}

// initially returns a function that makes the initial value of a weight, once.
func initially(spec WeightSpec, key uint64) func() (*tensor.Tensor, error) {
	dtype, shape := spec.DType, spec.Shape.Clone()
	return sync.OnceValues(func() (*tensor.Tensor, error) {
		t, err := spec.Initializer.Make(dtype, shape, key)
		switch {
		case err != nil:
			return nil, err
		case t == nil:
			return nil, fmt.Errorf("its initializer %T returned nil", spec.Initializer)
		case t.Err() != nil:
			return nil, t.Err()
		case t.DType() != dtype || !shape.Equal(t.Shape()):
			return nil, fmt.Errorf("its initializer %T returned %v%v, want %v%v", spec.Initializer, t.DType(), t.Shape(), dtype, shape)
		}
		return t, nil
	})
}

// checkShape returns an error if i is invalid or can't make a weight of the given shape. The
// weight itself is made only when it is needed.
func checkShape(i Initializer, shape graph.Shape) error {
	if i, ok := i.(interface{ CheckShape(graph.Shape) error }); ok {
		if err := i.CheckShape(shape); err != nil {
			return err
		}
	}
	if err := config.Validate(i); err != nil {
		return fmt.Errorf("initializer %w", err)
	}
	return nil
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "/" + name
}

// Trainable returns the variables of the layers called so far that gradients may update.
func (s *Scope) Trainable() []*graph.Variable {
	return slices.DeleteFunc(s.Variables(), func(v *graph.Variable) bool { return !v.Trainable || s.frozen[v] })
}

// Variables returns all variables of the layers called so far, layer by layer in Keras'
// order.
func (s *Scope) Variables() (vars []*graph.Variable) {
	seen := map[*graph.Variable]bool{}
	for _, l := range s.order {
		for _, v := range l.state().Variables() {
			if !seen[v] {
				seen[v] = true
				vars = append(vars, v)
			}
		}
	}
	return vars
}

// ConstraintOf returns the constraint of a variable of the layers called so far, or nil if it has
// none.
func (s *Scope) ConstraintOf(v *graph.Variable) Constraint {
	for _, l := range s.order {
		for _, w := range l.state().weights {
			if w.Variable == v {
				return w.constraint
			}
		}
	}
	return nil
}

// Gradient returns the gradients of the scalar y with respect to vars, along with vars. If vars
// is empty, it uses the trainable variables of the layers called so far.
func (s *Scope) Gradient(y *graph.Node, vars ...*graph.Variable) ([]*graph.Variable, []*graph.Node) {
	if len(vars) == 0 {
		vars = s.Trainable()
	}
	at := make([]*graph.Node, len(vars))
	for i, v := range vars {
		at[i] = s.Read(v)
	}
	return vars, graph.Grad(y, at...)
}
