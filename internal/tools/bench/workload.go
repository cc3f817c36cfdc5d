package main

import (
	"math/rand/v2"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// A workload is a model, its data and its measures.
type workload struct {
	name, about string
	model       func() *models.Model
	data        func(rows int) *datasets.Arrays
	loss        losses.Loss
	batch, rows int // rows: per epoch
	validation  int // rows evaluated after each epoch
	measures    []measure
	peers       []string
	mixed       bool // also run Rhyton in mixed_bfloat16
}

type measure struct{ name, unit string }

var (
	step     = []measure{{"step", "µs"}}
	trainers = []string{"keras-tf", "torch", "torch-compile", "jax-step", "jax-scan"} // W4 and W5 omit the last one: XLA runs convolutions in a loop 10 times as slowly
)

var workloads = []workload{
	{name: "W1", about: "MLP 2-32-1, batch 32", model: tinyMLP, data: floats(1, 2), loss: losses.BinaryCrossentropy{}, batch: 32, rows: 1000,
		measures: []measure{{"step", "µs"}, {"fit", "ms"}, {"first", "ms"}}, peers: trainers},
	{name: "W2", about: "MLP 30-128-64-1, batch 64", model: tableMLP, data: floats(1, 30), loss: losses.BinaryCrossentropy{}, batch: 64, rows: 4096,
		measures: step, peers: trainers},
	{name: "W3", about: "MLP 784-512-256-10, batch 128", model: digitsMLP, data: floats(10, 784), loss: losses.SparseCategoricalCrossentropy{}, batch: 128, rows: 5120,
		measures: step, peers: trainers, mixed: true},
	{name: "W4", about: "convolutions of 28x28x1, batch 128", model: func() *models.Model { return digitsCNN(0.5) }, data: floats(10, 28, 28, 1), loss: losses.SparseCategoricalCrossentropy{}, batch: 128, rows: 1024,
		measures: step, peers: trainers[:4]},
	{name: "W5", about: "ResNet-20 of 32x32x3, batch 32", model: resNet20, data: floats(10, 32, 32, 3), loss: losses.SparseCategoricalCrossentropy{}, batch: 32, rows: 256,
		measures: step, peers: trainers[:4]},
	{name: "W6", about: "table 10000x32, LSTM of 64 over 100 steps, batch 32", model: lastLSTM, data: words, loss: losses.BinaryCrossentropy{}, batch: 32, rows: 256,
		measures: step, peers: trainers},
	{name: "W6G", about: "table 10000x32, GRU of 64 both ways over 100 steps, batch 32", model: bothGRU, data: words, loss: losses.BinaryCrossentropy{}, batch: 32, rows: 256,
		measures: step, peers: trainers},
	{name: "W7", about: "transformer encoder, 2 blocks of 128, 4 heads, 512, 64 steps, batch 32", model: transformer, data: floats(10, 64, 128), loss: losses.SparseCategoricalCrossentropy{}, batch: 32, rows: 256,
		measures: step, peers: trainers},
	{name: "W8", about: "prediction of 1 and 256 samples by the nets of W1, W3 and W4", measures: []measure{
		{"one-W1", "µs"}, {"one-W3", "µs"}, {"one-W4", "µs"}, {"256-W1", "µs"}, {"256-W3", "µs"}, {"256-W4", "µs"}},
		peers: []string{"onnx", "torch", "jax-step"}},
	{name: "W9", about: "the net of W1, 1000 rows, 5 epochs, each with 100,000 rows of validation", model: tinyMLP, data: floats(1, 2), loss: losses.BinaryCrossentropy{}, batch: 32, rows: 1000,
		validation: 100_000, measures: []measure{{"epochs", "ms"}}, peers: trainers},
	{name: "W10", about: "wide and deep, a table of 10^6 rows of 16, batch 128, exact Adam", model: wideAndDeep, data: wideRows, loss: losses.BinaryCrossentropy{}, batch: 128, rows: 1024,
		measures: step, peers: trainers},
	{name: "W11", about: "MLP 1024-1024-1024-1024-10, batch 1024: large products", model: wideMLP, data: floats(10, 1024), loss: losses.SparseCategoricalCrossentropy{}, batch: 1024, rows: 4096,
		measures: step, peers: trainers, mixed: true},
}

// floats returns normally distributed data with the given shape per row and class targets. If
// classes is 1 the target is 0 or 1, depending on the first numbers of the row.
func floats(classes int, shape ...int) func(rows int) *datasets.Arrays {
	return func(rows int) *datasets.Arrays {
		src := rand.New(rand.NewPCG(1, 2))
		x := tensor.New(tensor.Float32, append([]int{rows}, shape...)...)
		v := x.Data().([]float32)
		for i := range v {
			v[i] = float32(src.NormFloat64())
		}
		width := len(v) / rows
		if classes == 1 {
			y := make([]float32, rows)
			for i := range y {
				if v[i*width]*v[i*width+1] > 0 {
					y[i] = 1
				}
			}
			return datasets.Of(x, tensor.Of(y, rows, 1))
		}
		y := make([]int32, rows)
		for i := range y {
			y[i] = int32(src.IntN(classes))
		}
		return datasets.Of(x, tensor.Of(y))
	}
}

// wideRows returns data with 8 indices and 16 numbers per row.
func wideRows(rows int) *datasets.Arrays {
	src := rand.New(rand.NewPCG(3, 4))
	d := floats(1, 16)(rows)
	ids := make([]int32, rows*wideIndices)
	for i := range ids {
		ids[i] = int32(src.IntN(wideTable))
	}
	d.X = []*tensor.Tensor{tensor.Of(ids, rows, wideIndices), d.X[0]}
	return d
}

// words returns data with 100 indices per row.
func words(rows int) *datasets.Arrays {
	src := rand.New(rand.NewPCG(5, 6))
	ids, y := make([]int32, rows*100), make([]float32, rows)
	for i := range ids {
		ids[i] = int32(src.IntN(vocabulary))
	}
	for i := range y {
		y[i] = float32(src.IntN(2))
	}
	return datasets.Of(tensor.Of(ids, rows, 100), tensor.Of(y, rows, 1))
}
