package optimizers

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// An Entry is one value of a [State] as Keras' files list them.
type Entry struct {
	Var   *graph.Variable // nil for what the host keeps
	Kind  EntryKind
	Value float64 // of what the host keeps
}

// An EntryKind says what an Entry without a variable is.
type EntryKind int

// The kinds. Unused is written and not read: the outer counters of a LossScaleOptimizer.
const (
	Slot EntryKind = iota
	Iteration
	LearningRate
	Unused
)

// Entries lists the whole state in the order of Keras' files: the iterations, the learning
// rate unless a schedule decides it, and the variables.
func (s *State) Entries() []Entry {
	var all []Entry
	slots := s.Variables()
	if s.scaling != nil {
		scale, counter := s.scale()
		all = append(all, Entry{Kind: Unused}, Entry{Kind: Unused}, Entry{Var: counter}, Entry{Var: scale})
		slots = slices.DeleteFunc(slots, func(v *graph.Variable) bool { return v == scale || v == counter })
	}
	all = append(all, Entry{Kind: Iteration, Value: float64(s.Iterations)})
	if rate, settable := s.LearningRate(); settable {
		all = append(all, Entry{Kind: LearningRate, Value: rate})
	}
	for _, v := range slots {
		all = append(all, Entry{Var: v})
	}
	return all
}
