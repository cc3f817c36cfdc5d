package models_test

import (
	"context"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// BenchmarkFitTinyMLP measures one step of a 2-32-1 net on batches of 32, including the overhead
// of Fit.
func BenchmarkFitTinyMLP(b *testing.B) {
	m := models.Sequential(layers.Input(2),
		&layers.Dense{Units: 32, Activation: activations.ReLU},
		&layers.Dense{Units: 1, Activation: activations.Sigmoid})
	data := rings(1000)
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.BinaryCrossentropy{}}); err != nil {
		b.Fatal(err)
	}
	fit(b, m, data, 32)
}

// BenchmarkFitMNISTMLP measures one step of a 784-512-256-10 net on batches of 128.
func BenchmarkFitMNISTMLP(b *testing.B) {
	m := models.Sequential(layers.Input(784),
		&layers.Dense{Units: 512, Activation: activations.ReLU},
		&layers.Dense{Units: 256, Activation: activations.ReLU},
		&layers.Dense{Units: 10, Activation: activations.Softmax})
	const n = 8000
	x, y := make([]float32, n*784), make([]int32, n)
	for i := range x {
		x[i] = float32(i*7919%255) / 255
	}
	for i := range y {
		y[i] = int32(i % 10)
	}
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{}}); err != nil {
		b.Fatal(err)
	}
	fit(b, m, datasets.Of(tensor.Of(x, n, 784), tensor.Of(y)), 128)
}

// fit trains for b.N steps.
func fit(b *testing.B, m *models.Model, data *datasets.Arrays, batch int) {
	b.Helper()
	per := (data.Len() + batch - 1) / batch
	b.ReportAllocs()
	b.ResetTimer()
	if _, err := m.Fit(context.Background(), data, models.Fit{Epochs: (b.N + per - 1) / per, BatchSize: batch}); err != nil {
		b.Fatal(err)
	}
}
