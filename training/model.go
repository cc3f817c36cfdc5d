package training

import (
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// Model is the model being trained, as callbacks access it between two steps.
type Model interface {
	// Weights returns a copy of all weights, in Keras' order.
	Weights() []*tensor.Tensor
	// SetWeights sets the weights to values in the order of Weights.
	SetWeights([]*tensor.Tensor) error
	// LearningRate returns the optimizer's current learning rate, and whether it can be set; it
	// cannot if a schedule controls it.
	LearningRate() (rate float64, settable bool)
	// SetLearningRate sets the learning rate. It is an error if a schedule controls it.
	SetLearningRate(float64) error
	// Save writes the model, its weights and the optimizer's state to path atomically.
	Save(path string) error
	// SaveWeights writes only the weights to path, atomically.
	SaveWeights(path string) error
	// Averages reports whether the optimizer keeps moving averages of the weights (UseEMA).
	Averages() bool
	// SwapInAverages exchanges the weights and their moving averages, until SwapOutAverages
	// exchanges them back.
	SwapInAverages() error
	// SwapOutAverages undoes SwapInAverages.
	SwapOutAverages() error
	// MetricMode returns whether lower or higher values of the named metric (without "val_") are
	// better, or Auto if unknown.
	MetricMode(name string) Mode
}

// A Mode states whether lower or higher values of a log are better.
type Mode int

// The modes. As in Keras, Auto means Min for losses, and the metric's own mode for metrics.
const (
	Auto Mode = iota
	Min       // lower is better
	Max       // higher is better
)

// ModeOf returns which values of a log are better: Min for a loss, the mode stated by the model
// for a metric, Auto if the model doesn't know. The model may be nil.
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
	if strings.HasSuffix(name, "_loss") { // the loss of one of several outputs
		return Min
	}
	return Auto
}

// String returns the Keras name of m.
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

// Improves reports whether now is better than best by more than the absolute value of delta. Like
// Keras, it compares in float32, in which losses are computed, so a difference below float32
// precision is not an improvement.
func (m Mode) Improves(now, best, delta float64) bool {
	if delta < 0 {
		delta = -delta
	}
	if m == Max {
		return float32(now-delta) > float32(best)
	}
	return float32(now+delta) < float32(best)
}
