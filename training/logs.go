package training

import (
	"maps"
	"math"
	"slices"
	"strings"
)

// Names that logs have beside those of the metrics. A name with "val_" before it is the
// same of the validation data.
const (
	Loss         = "loss"          // what is minimised: data loss and penalties, as in Keras
	DataLoss     = "data_loss"     // the loss of the data alone; only where there is a penalty
	Penalty      = "penalty"       // what regularizers add; only where there is one
	LearningRate = "learning_rate" // only with a callback that changes it
)

// Logs are averages by name: "loss", each metric, and the same with "val_" before it.
type Logs map[string]float64

// Names returns the names in the order in which people read them: training before validation,
// the loss before the metrics, the learning rate last.
func (l Logs) Names() []string {
	return slices.SortedFunc(maps.Keys(l), compareNames)
}

// compareNames orders names of logs for people.
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
