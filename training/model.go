package training

import (
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// Model is the access that callbacks have to the model in training, between two steps.
type Model interface {
	// Weights returns a copy of all weights, in Keras' order.
	Weights() []*tensor.Tensor
	// SetWeights sets what Weights returned.
	SetWeights([]*tensor.Tensor) error
	// LearningRate returns the optimizer's learning rate now, and whether it can be set:
	// not when a schedule drives it.
	LearningRate() (rate float64, settable bool)
	// SetLearningRate sets it, or says that a schedule drives it.
	SetLearningRate(float64) error
	// Save writes the model, its weights and the optimizer's state to path, whole or not at all.
	Save(path string) error
	// SaveWeights writes the weights alone to path, whole or not at all.
	SaveWeights(path string) error
	// Averages reports whether the optimizer keeps moving averages of the weights (UseEMA).
	Averages() bool
	// SwapInAverages makes the moving averages the weights and keeps the trained weights in
	// their place, until SwapOutAverages exchanges them again.
	SwapInAverages() error
	// SwapOutAverages undoes SwapInAverages.
	SwapOutAverages() error
	// MetricMode says whether less or more is better of the metric of that name (without
	// "val_"): Auto if it isn't known.
	MetricMode(name string) Mode
}

// A Mode says whether lower or higher values of a log are better.
type Mode int

// The modes. Auto, as in Keras, means Min for losses and what the metric says of itself.
const (
	Auto Mode = iota
	Min       // less is better
	Max       // more is better
)

// ModeOf returns which values of a log are better: less of a loss, of a metric what the model
// says; Auto if it doesn't know. The model may be nil.
func ModeOf(m Model, name string) Mode {
	name = strings.TrimPrefix(name, "val_")
	if name == Loss || name == DataLoss || name == Penalty {
		return Min
	}
	if m != nil {
		if mode := m.MetricMode(name); mode != Auto {
			return mode
		}
	}
	if strings.HasSuffix(name, "_loss") { // of one of several outputs
		return Min
	}
	return Auto
}

// String returns Keras' word for m.
func (m Mode) String() string {
	switch m {
	case Auto:
		return "auto"
	case Min:
		return "min"
	case Max:
		return "max"
	}
	return "unknown mode"
}

// Improves reports whether now is better than best by more than delta, which counts without
// its sign. As Keras does, it compares in float32, in which losses are computed: a difference
// beyond its precision is no improvement.
func (m Mode) Improves(now, best, delta float64) bool {
	if delta < 0 {
		delta = -delta
	}
	if m == Max {
		return float32(now-delta) > float32(best)
	}
	return float32(now+delta) < float32(best)
}
