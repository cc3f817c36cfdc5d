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

// Compile configures how a model is trained and where it runs.
type Compile struct {
	Optimizer optimizers.Optimizer // nil: the model is not trained
	Loss      losses.Loss          // for every output not in Losses; nil: none
	Metrics   []metrics.Metric     // for every output not in OutputMetrics

	WeightedMetrics []metrics.Metric // like Metrics, with sample and class weights

	// For models with several outputs, by the name of the layer that produces the output.
	Losses        map[string]losses.Loss
	LossWeights   map[string]float64 // weight of each output's loss; missing: 1
	OutputMetrics map[string][]metrics.Metric

	// NoAutoScaleLoss leaves the Optimizer of a mixed float16 model as it is. By default it
	// becomes the Inner of an optimizers.LossScaleOptimizer, as with Keras' auto_scale_loss.
	NoAutoScaleLoss bool

	// StepsPerExecution is the number of steps between two BatchEnd events; 0: 1.
	StepsPerExecution int

	// MaxPrograms is the number of compiled programs to keep, most recently used first: one for
	// each mode (training, test, prediction) and set of shapes. 0: as many as fit in 1 GiB, at
	// least 12.
	MaxPrograms int

	// Device names the backend, like a database/sql driver: "cpu", "xla:cuda", "gorgonia", … Its
	// package must be imported, except for the default, "cpu".
	Device string
	Policy layers.Policy // dtypes of computation and weights; zero: float32
	Remat  layers.Remat  // layers whose activations the gradient recomputes, to save memory; zero: none
	Seed   uint64        // for initial weights, dropout and shuffling
}

// compiled is the result of Compile.
type compiled struct {
	m           *Model
	cfg         Compile
	dev         *runtime.Device
	outputs     []output
	frozen      freezing // at the time of Compile
	optimizer   *optimizers.State
	train       *meters
	test        *meters
	inputChecks []inputCheck
	fitting     bool
	averaged    bool       // the weights and their averages are swapped
	evaluating  sync.Mutex // held while the test meters are in use

	mu       sync.Mutex
	programs runtime.Cache[*entry]
	closed   bool

	spare sync.Pool // of *kept, whose copies the next run overwrites
}

// Compile creates the model's weights if needed, opens the device, and checks that layers, losses,
// metrics and optimizer fit together. Compiling again keeps the weights and resets the optimizer
// (its state, step and learning rate), except when only the device changes: with an equal
// optimizer and policy, training continues on the other device with the optimizer's state, step
// and learning rate (and the same random numbers if Seed is the same).
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
