package main

import (
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
)

// A sweep is a family of workloads that differ in one number.
type sweep struct {
	about  string
	values []int
	of     func(n int) workload
}

var sweeps = []sweep{
	{"batch, of 30-128-64-1", []int{1, 4, 16, 64, 256, 1024}, func(n int) workload {
		return workload{model: tableMLP, data: floats(1, 30), loss: losses.BinaryCrossentropy{}, batch: n}
	}},
	{"width n, of 64-n-n-1, batch 64", []int{16, 32, 64, 128, 256, 512, 1024}, func(n int) workload {
		return workload{model: func() *models.Model { return mlp(64, yesOrNo(), n, n) }, data: floats(1, 64), loss: losses.BinaryCrossentropy{}, batch: 64}
	}},
	{"depth, layers of 128, batch 64", []int{1, 2, 4, 8, 16, 32}, func(n int) workload {
		hidden := make([]int, n)
		for i := range hidden {
			hidden[i] = 128
		}
		return workload{model: func() *models.Model { return mlp(128, yesOrNo(), hidden...) }, data: floats(1, 128), loss: losses.BinaryCrossentropy{}, batch: 64}
	}},
	{"steps of a sequence of 32 numbers, LSTM of 64, batch 32", []int{10, 50, 100, 200, 400}, func(n int) workload {
		return workload{model: func() *models.Model {
			return models.Sequential(layers.Input(n, 32), &layers.LSTM{Units: 64}, yesOrNo())
		}, data: floats(1, n, 32), loss: losses.BinaryCrossentropy{}, batch: 32}
	}},
	{"steps of a sequence of 128 numbers, attention with 4 heads, batch 8", []int{32, 64, 128, 256, 512}, func(n int) workload {
		return workload{model: func() *models.Model {
			in := layers.Input(n, 128)
			y := layers.Apply(&layers.MultiHeadAttention{NumHeads: 4, KeyDim: 32}, in, in)
			return models.New(in, y.Then(&layers.GlobalAveragePooling1D{}).Then(&layers.Dense{Units: 1, Activation: activations.Sigmoid}))
		}, data: floats(1, n, 128), loss: losses.BinaryCrossentropy{}, batch: 8}
	}},
}

// runSweeps prints how the step time grows.
func runSweeps(rounds int) error {
	newReport()
	for _, s := range sweeps {
		fmt.Printf("\n%s\n", s.about)
		for _, n := range s.values {
			w := s.of(n)
			w.rows = 16 * w.batch
			x := &worker{workload: &w}
			var took []float64
			if _, err := x.answer("warm"); err != nil {
				return err
			}
			for range rounds {
				a, err := x.answer("step")
				if err != nil {
					return err
				}
				took = append(took, a.Value)
			}
			fmt.Printf("  %5d %12.1f µs  %8.2f µs a sample\n", n, median(took), median(took)/float64(w.batch))
		}
	}
	return nil
}
