// Custom_backend implements a device that wraps another one: it counts and times the steps and
// rejects float64, as many accelerators do. For a device from scratch see backend/ref.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// meter is a device that counts the steps of the device it embeds, which holds the buffers.
type meter struct {
	backend.Device
	steps, nanoseconds atomic.Int64
}

func (m *meter) Caps() backend.Caps {
	c := m.Device.Caps()
	c.Name = "metered " + c.Name
	return c
}

// Compile rejects a graph it can't run: the error names the node and wraps ErrUnsupported.
func (m *meter) Compile(g *graph.Graph) (backend.Executable, error) {
	for _, n := range g.Nodes {
		if n.DType == graph.Float64 {
			return nil, fmt.Errorf("metered: %v in float64 (%s): %w", n.Op, n.Label, backend.ErrUnsupported)
		}
	}
	exe, err := m.Device.Compile(g)
	return &metered{exe, m}, err
}

// metered is a compiled graph.
type metered struct {
	backend.Executable
	m *meter
}

func (x *metered) Run(ctx context.Context, c backend.Call) error {
	start := time.Now()
	defer func() {
		x.m.steps.Add(int64(max(c.Steps, 1)))
		x.m.nanoseconds.Add(int64(time.Since(start)))
	}()
	return x.Executable.Run(ctx, c)
}

var opened *meter

// Devices register themselves in init; config is what follows the colon in the device name.
func init() {
	backend.Register("metered", func(config string) (backend.Device, error) {
		dev, err := backend.Open(config)
		if err != nil {
			return nil, err
		}
		opened = &meter{Device: dev}
		return opened, nil
	})
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	x, y := tensor.Of([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2), tensor.Of([]float32{0, 1, 1, 0}, 4, 1)
	model := models.Sequential(layers.Input(2), &layers.Dense{Units: 8, Activation: activations.Tanh}, &layers.Dense{Units: 1})
	train := models.Compile{Optimizer: &optimizers.Adam{LearningRate: 0.05}, Loss: losses.MeanSquaredError{}, Device: "metered:cpu", Seed: 1}
	if err := model.Compile(train); err != nil {
		log.Fatal(err)
	}
	history, err := model.Fit(ctx, datasets.Of(x, y), models.Fit{Epochs: 200, BatchSize: 4})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d steps, loss %.4f\n", "metered:cpu", opened.steps.Load(), history.Logs[199]["loss"])

	double := models.Sequential(layers.Input(2), &layers.Dense{Units: 1, Name: "double"})
	train.Policy = layers.Policy{Compute: graph.Float64, Variable: graph.Float64}
	if err := double.Compile(train); err == nil {
		_, err = double.Predict(ctx, x)
		fmt.Println("float64 is refused:", errors.Is(err, backend.ErrUnsupported))
	}
}
