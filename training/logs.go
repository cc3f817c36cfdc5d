package training

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Names of logs other than metrics. The prefix "val_" denotes the same value on the validation
// data.
const (
	Loss         = "loss"          // the value being minimized: data loss plus penalties, as in Keras
	DataLoss     = "data_loss"     // the loss without penalties; only if there is a penalty
	Penalty      = "penalty"       // the sum of the regularization penalties; only if there is one
	LearningRate = "learning_rate" // only if a callback changes it
)

// Logs maps names to averages: "loss", each metric, and the same names prefixed with "val_".
type Logs map[string]float64

// Names returns the names in display order: training before validation, the loss before the
// metrics, the learning rate last.
func (l Logs) Names() []string {
	return slices.SortedFunc(maps.Keys(l), compareNames)
}

// compareNames compares the names of logs by display order.
func compareNames(a, b string) int {
	if d := nameRank(a) - nameRank(b); d != 0 {
		return d
	}
	return strings.Compare(a, b)
}

func nameRank(name string) int {
	if strings.HasPrefix(name, LearningRate) {
		return 100
	}
	base, isVal := strings.CutPrefix(name, "val_")
	rank := 3
	switch base {
	case Loss:
		rank = 0
	case DataLoss:
		rank = 1
	case Penalty:
		rank = 2
	}
	if isVal {
		rank += 10
	}
	return rank
}

// Clone returns a copy.
func (l Logs) Clone() Logs { return maps.Clone(l) }

// NotFinite returns the first name, in the order of [Logs.Names], whose value is NaN or
// infinite, or "".
func (l Logs) NotFinite() string {
	for _, n := range l.Names() {
		if v := l[n]; math.IsNaN(v) || math.IsInf(v, 0) {
			return n
		}
	}
	return ""
}
