package optimizers

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

// State is the state of an optimizer for the weights of a model: its slots, the number of steps
// and the learning rate. It is not safe for concurrent use.
type State struct {
	// Iterations is the number of completed steps, including every step of an accumulation and
	// excluding steps skipped by a [LossScaleOptimizer].
	Iterations int64
	// Model is the name of the model, which may precede the paths in an [OptimizerMap].
	Model string

	optimizer Optimizer
	rate      float64
	schedule  Schedule
	exclude   []*regexp.Regexp
	weights   []*graph.Variable
	built     bool
	averages  map[*graph.Variable]*graph.Variable
	slots     map[slotKey]*graph.Variable
	order     []*graph.Variable // the whole state, in order of creation
	shared    map[string]bool   // the names of variables that belong to no weight
	scaling   *LossScaleOptimizer
	taken     *graph.Variable // bool: the last step was not skipped; nil without scaling
	parting   *parting        // of a MultiOptimizer
	prefix    string          // of the paths of variables that belong to no weight
}

type slotKey struct {
	of   *graph.Variable
	name string
}

// NewState returns the state of o before the first step, or an error if a setting is invalid.
func NewState(o Optimizer) (*State, error) {
	if err := Check(o); err != nil {
		return nil, fmt.Errorf("optimizers: %w", err)
	}
	s := &State{averages: map[*graph.Variable]*graph.Variable{}, slots: map[slotKey]*graph.Variable{}, shared: map[string]bool{}}
	if l, ok := o.(*LossScaleOptimizer); ok {
		s.scaling, o = config.Filled(l), l.Inner
	}
	o = config.Filled(o)
	s.optimizer = o
	if m, ok := o.(*MultiOptimizer); ok {
		var err error
		s.parting, err = newParting(m)
		return s, err
	}
	s.rate, s.schedule = o.Rate()
	s.rate = float64(float32(s.rate)) // as Keras keeps it, and as it is read back from a file
	for _, text := range o.options().NoDecay {
		re, err := regexp.Compile(text)
		if err != nil {
			return nil, fmt.Errorf("optimizers: %s: NoDecay: %w", config.ClassOf(o), err)
		}
		s.exclude = append(s.exclude, re)
	}
	return s, nil
}

// Check returns an error if a setting of o is invalid.
func Check(o Optimizer) error {
	if l, ok := o.(*LossScaleOptimizer); ok {
		if err := config.Check(l); err != nil {
			return err
		}
		return Check(l.Inner)
	}
	if m, ok := o.(*MultiOptimizer); ok {
		return m.Check()
	}
	if err := config.Validate(o); err != nil {
		return err
	}
	if err := checkOptions(config.Filled(o)); err != nil {
		return fmt.Errorf("%s: %w", config.ClassOf(o), err)
	}
	return nil
}

func checkOptions(o Optimizer) error {
	rate, schedule := o.Rate()
	if schedule == nil && (!(rate >= 0) || math.IsInf(rate, 0)) {
		return fmt.Errorf("LearningRate is %v; want a finite number above 0", rate)
	}
	c := o.options()
	clips := 0
	for _, k := range []struct {
		name string
		v    float64
	}{{"ClipNorm", c.ClipNorm}, {"ClipValue", c.ClipValue}, {"GlobalClipNorm", c.GlobalClipNorm}} {
		if k.v != 0 {
			clips++
		}
		if !(k.v >= 0) {
			return fmt.Errorf("%s is %v; want a number above 0, or 0 for none", k.name, k.v)
		}
	}
	switch {
	case clips > 1:
		return fmt.Errorf("more than one of ClipNorm, ClipValue and GlobalClipNorm is set")
	case c.AccumulationSteps < 0 || c.AccumulationSteps == 1:
		return fmt.Errorf("AccumulationSteps is %d; want 2 or more, or 0 for none", c.AccumulationSteps)
	case c.EMAOverwriteFrequency < 0:
		return fmt.Errorf("EMAOverwriteFrequency is %d; want 1 or more, or 0 for none", c.EMAOverwriteFrequency)
	case c.WeightDecay != nil && !(*c.WeightDecay >= 0):
		return fmt.Errorf("WeightDecay is %v; want 0 or more", *c.WeightDecay)
	}
	return nil
}

// Optimizer returns the optimizer with its defaults filled in.
func (s *State) Optimizer() Optimizer {
	if s.scaling != nil {
		return s.scaling
	}
	return s.optimizer
}

// LearningRate returns the rate of the next step, and whether it can be set, which is false for a
// schedule. For a MultiOptimizer, which has no rate of its own, it returns 0.
func (s *State) LearningRate() (rate float64, settable bool) {
	if s.parting != nil {
		return 0, false
	}
	if s.schedule != nil {
		return s.schedule.Rate(s.Iterations), false
	}
	return s.rate, true
}

// SetLearningRate sets the rate of the following steps.
func (s *State) SetLearningRate(rate float64) error {
	if s.parting != nil {
		return fmt.Errorf("optimizers: a MultiOptimizer has a learning rate for each of its optimizers and none that can be set")
	}
	if s.schedule != nil {
		return fmt.Errorf("optimizers: the learning rate follows the schedule %s and can't be set", config.ClassOf(s.schedule))
	}
	if !(rate >= 0) || math.IsInf(rate, 0) {
		return fmt.Errorf("optimizers: learning rate %v; want a finite number above 0", rate)
	}
	s.rate = float64(float32(rate)) // Keras keeps it as a float32 variable
	return nil
}

// Weights returns the weights that the state belongs to.
func (s *State) Weights() []*graph.Variable { return s.weights }

// Variables returns the state's variables in the order of Keras' files. [State.Entries] also has
// the values kept by the host that are between them in the files.
func (s *State) Variables() (all []*graph.Variable) {
	if s.parting != nil {
		all = slices.Clone(s.order)
		for _, p := range s.parting.states {
			all = append(all, p.Variables()...)
		}
		return all
	}
	var last []string
	if o, ok := s.optimizer.(ordered); ok {
		last = o.later()
	}
	rank := func(v *graph.Variable) int {
		name := v.Path[strings.LastIndexByte(v.Path, '/')+1:]
		if s.shared[name] {
			return len(last) + 1
		}
		return slices.Index(last, name) + 1
	}
	all = slices.Clone(s.order)
	slices.SortStableFunc(all, func(a, b *graph.Variable) int { return rank(a) - rank(b) })
	return all
}

// UsesEMA reports whether any weights have moving averages.
func (s *State) UsesEMA() bool {
	if s.parting != nil {
		return slices.ContainsFunc(s.parting.states, (*State).UsesEMA)
	}
	return s.optimizer.options().UseEMA
}

// Averages returns the moving average of each weight, or nil without UseEMA. At the end of
// training the averages replace the weights.
func (s *State) Averages() map[*graph.Variable]*graph.Variable {
	if s.parting != nil {
		all := map[*graph.Variable]*graph.Variable{}
		for _, p := range s.parting.states {
			maps.Copy(all, p.Averages())
		}
		if len(all) == 0 {
			return nil
		}
		return all
	}
	if !s.optimizer.options().UseEMA {
		return nil
	}
	return s.averages
}

// variable returns the state variable called name for weight w and creates it on the first call.
func (s *State) variable(w *graph.Variable, name string, t graph.Type, initial float64) *graph.Variable {
	k := slotKey{w, name}
	v := s.slots[k]
	if v == nil {
		path := s.prefix + name
		if w != nil {
			path = w.Path + "/" + name
		}
		v = &graph.Variable{Path: path, Type: t, Make: filled(t, initial)}
		s.slots[k] = v
		s.order = append(s.order, v)
	}
	return v
}

// filled returns a function that makes a value with all elements equal to x; nil means zeros.
func filled(t graph.Type, x float64) func() (*tensor.Tensor, error) {
	if x == 0 {
		return nil
	}
	return func() (*tensor.Tensor, error) {
		data := make([]float64, t.Shape.Size())
		for i := range data {
			data[i] = x
		}
		all := tensor.Of(data, append([]int{}, t.Shape...)...).Convert(t.DType)
		return all, all.Err()
	}
}
