package models

import (
	"fmt"
	"sync"

	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/optimizers"
)

// Compile says how to train a model and where to run it.
type Compile struct {
	Optimizer optimizers.Optimizer // nil: the model is not trained
	Loss      losses.Loss          // of every output that Losses doesn't name; nil: none
	Metrics   []metrics.Metric     // of every output that OutputMetrics doesn't name

	WeightedMetrics []metrics.Metric // like Metrics, with sample and class weights

	// For models of several outputs, by the name of the layer that gives the output.
	Losses        map[string]losses.Loss
	LossWeights   map[string]float64 // how much each output's loss counts; missing: 1
	OutputMetrics map[string][]metrics.Metric

	// NoAutoScaleLoss leaves the Optimizer of a model in mixed float16 as it is. Without it, it
	// becomes the Inner of an optimizers.LossScaleOptimizer, as Keras' auto_scale_loss.
	NoAutoScaleLoss bool

	// StepsPerExecution is how many steps are made between two BatchEnd events; 0: 1.
	StepsPerExecution int

	// MaxPrograms is how many compiled programs are kept, the last used ones: one for each mode
	// (training, test, prediction) and set of shapes. 0: as many as hold 1 GiB, at least 12.
	MaxPrograms int

	// Device names the backend, like a database/sql driver: "cpu", "xla:cuda", "gorgonia", …
	// Its package must be imported, but that of the default, "cpu".
	Device string
	Policy layers.Policy // types of computation and weights; zero: float32
	Remat  layers.Remat  // which layers' inner values the gradient computes again, to spare memory; zero: none
	Seed   uint64        // of initial weights, dropout and shuffling
}

// compiled is what Compile makes of a model.
type compiled struct {
	m           *Model
	cfg         Compile
	dev         *runtime.Device
	outputs     []output
	frozen      freezing // as it was at Compile
	optimizer   *optimizers.State
	train       *meters
	test        *meters
	inputChecks []inputCheck
	fitting     bool
	averaged    bool       // the weights and their averages are exchanged
	evaluating  sync.Mutex // held while the test meters are in use

	mu       sync.Mutex
	programs runtime.Cache[*entry]
	closed   bool
}

// Compile makes the model's weights, unless it has them, opens the device, and checks that
// layers, losses, metrics and optimizer fit together. Compiling again keeps the weights and
// resets the optimizer (its state, step and learning rate), except on a move: with an equal optimizer and policy and
// another device, training goes on there as if it had not stopped, with the optimizer's
// state, its step and its learning rate (and the same random numbers if Seed is the same).
func (m *Model) Compile(c Compile) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.compiled != nil && m.compiled.fitting {
		return fmt.Errorf("models: compile: the model is being fitted")
	}
	p, err := m.compile(c)
	if err != nil {
		return fmt.Errorf("models: compile: %w", err)
	}
	old := m.compiled
	m.compiled = p
	if err := old.drop(p); err != nil {
		return fmt.Errorf("models: compile: closing what was compiled before: %w", err)
	}
	return nil
}
