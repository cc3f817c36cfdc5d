package losses_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// compute prints the loss of a prediction, as computed for the Loss passed to Compile.
func compute(l losses.Loss, y, prediction *tensor.Tensor) {
	f := jit.Func(func(y, pred *graph.Node) *graph.Node { return losses.Compute(l, y, pred, nil, nil) })
	v, err := f.Call(y, prediction)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%.4f\n", v)
}

// The mean of (2-1)² and (4-4)².
func ExampleMeanSquaredError() {
	compute(losses.MeanSquaredError{}, tensor.Of([]float32{1, 4}, 2, 1), tensor.Of([]float32{2, 4}, 2, 1))
	// Output: 0.5000
}

// Targets are class indices. The loss is the mean of -log(0.7) and -log(0.8).
func ExampleSparseCategoricalCrossentropy() {
	probabilities := tensor.FromRows([][]float32{{0.7, 0.2, 0.1}, {0.1, 0.1, 0.8}})
	compute(losses.SparseCategoricalCrossentropy{}, tensor.Of([]int32{0, 2}), probabilities)
	// Output: 0.2899
}

// With FromLogits the last layer has no activation.
func ExampleBinaryCrossentropy() {
	compute(losses.BinaryCrossentropy{FromLogits: true}, tensor.Of([]float32{1, 0}, 2, 1), tensor.Of([]float32{2, -2}, 2, 1))
	// Output: 0.1269
}

// A function can be a loss: here the quantile loss of the 90th percentile.
func ExampleFunc() {
	pinball := losses.Func(func(y, p *graph.Node) *graph.Node {
		e := ops.Subtract(y, p)
		return ops.Mean(ops.Maximum(ops.Scale(e, 0.9), ops.Scale(e, -0.1)), -1)
	})
	compute(pinball, tensor.Of([]float32{10, 10}, 2, 1), tensor.Of([]float32{8, 12}, 2, 1))
	// Output: 1.0000
}
