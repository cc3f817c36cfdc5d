package optimizers

import (
	"fmt"
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Entry is one value of a [State] as listed in Keras' files.
type Entry struct {
	Var   *graph.Variable // nil for a value kept by the host
	Kind  EntryKind
	Value float64 // the value if kept by the host

	of *State
}

// An EntryKind is the kind of an Entry without a variable.
type EntryKind int

// The entry kinds. Unused entries are written but not read: the outer counters of a
// LossScaleOptimizer, the rate of a MultiOptimizer and the steps of its optimizers.
const (
	Slot EntryKind = iota
	Iteration
	LearningRate
	UnusedIteration
	UnusedRate
)

// Entries returns the whole state in the order of Keras' files: the iterations, the learning
// rate unless a schedule determines it, and the variables.
func (s *State) Entries() []Entry {
	var all []Entry
	slots := s.Variables()
	if s.scaling != nil {
		scale, counter := s.scale()
		all = append(all, Entry{Kind: UnusedIteration}, Entry{Kind: UnusedRate}, Entry{Var: counter}, Entry{Var: scale})
		slots = slices.DeleteFunc(slots, func(v *graph.Variable) bool { return v == scale || v == counter })
	}
	all = append(all, Entry{Kind: Iteration, Value: float64(s.Iterations), of: s})
	if s.parting != nil {
		all = append(all, Entry{Kind: UnusedRate})
		for _, p := range s.parting.states {
			if p.weights != nil {
				p.Iterations = s.Iterations
			}
			all = append(all, p.Entries()...)
		}
		return all
	}
	if rate, settable := s.LearningRate(); settable {
		all = append(all, Entry{Kind: LearningRate, Value: rate, of: s})
	}
	for _, v := range slots {
		all = append(all, Entry{Var: v})
	}
	return all
}

// An EntryGroup is a group of entries stored under a separate path in Keras' files.
type EntryGroup struct {
	Path    string // below "optimizer", such as "vars"
	Entries []Entry
}

// EntryGroups returns the groups that Keras writes: all entries as vars, and the entries of
// inner optimizers a second time.
func (s *State) EntryGroups() []EntryGroup {
	all := s.Entries()
	groups := []EntryGroup{{"vars", all}}
	inner := ""
	if s.scaling != nil {
		inner, all = "inner_optimizer/", all[4:]
		groups = append(groups, EntryGroup{inner + "vars", all})
	}
	if s.parting == nil {
		return groups
	}
	used := map[string]int{}
	for _, p := range s.parting.states {
		name := config.Snake(config.ClassOf(p.optimizer))
		used[name]++
		if n := used[name]; n > 1 {
			name = fmt.Sprintf("%s_%d", name, n-1)
		}
		groups = append(groups, EntryGroup{inner + "optimizers/" + name + "/vars", p.Entries()})
	}
	return groups
}

// Check returns an error if x is invalid for an entry kept by the host.
func (e Entry) Check(x float64) error {
	switch {
	case e.Kind == Iteration && !(x >= 0 && x == math.Trunc(x) && x < 1<<53):
		return fmt.Errorf("iteration %v; want a number of steps", x)
	case e.Kind == LearningRate && (!(x >= 0) || math.IsInf(x, 0)):
		return fmt.Errorf("the optimizer's learning rate is %v", x)
	}
	return nil
}

// Set sets an entry kept by the host to x.
func (e Entry) Set(x float64) error {
	switch e.Kind {
	case Iteration:
		e.of.Iterations = int64(x)
	case LearningRate:
		return e.of.SetLearningRate(x)
	}
	return nil
}
