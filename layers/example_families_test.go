package layers_test

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// predicted prints the prediction of a sequential model for x.
func predicted(x *tensor.Tensor, ls ...layers.Layer) {
	y, err := models.Sequential(layers.Input(x.Shape()[1:]...), ls...).Predict(context.Background(), x)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(y[0])
}

// Merge two branches.
func ExampleConcatenate() {
	x := layers.Input(4)
	a, b := x.Then(&layers.Dense{Units: 3}), x.Then(&layers.Dense{Units: 5})
	m := models.New(x, layers.Apply(&layers.Concatenate{}, a, b).Then(&layers.Dense{Units: 1}))
	fmt.Println(m.CountParams(), "parameters") // 15 + 25 + 9
	// Output:
	// 49 parameters
}

// A residual block adds its input to its output.
func ExampleAdd() {
	x := layers.Input(8)
	y := x.Then(&layers.Dense{Units: 8, Activation: activations.ReLU})
	m := models.New(x, layers.Apply(&layers.Add{}, x, y))
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 72 parameters
}

// Parameterized activations are layers.
func ExampleLeakyReLU() {
	predicted(tensor.Of([]float32{-2, 0, 3}, 1, 3), &layers.LeakyReLU{NegativeSlope: new(0.1)})
	// Output:
	// [[-0.2  0.   3. ]]
}

// Dropout drops half of the values during training and none in prediction.
func ExampleDropout() {
	predicted(tensor.Of([]float32{1, 2, 3}, 1, 3), &layers.Dropout{Rate: 0.5})
	// Output:
	// [[1. 2. 3.]]
}

// Reshaping layers move values without changing them.
func ExampleReshape() {
	predicted(tensor.Of([]float32{1, 2, 3, 4}, 1, 4),
		&layers.Reshape{TargetShape: []int{2, 2, 1}}, &layers.ZeroPadding2D{}, &layers.Cropping2D{Cropping: layers.Sides{{1, 1}, {1, 0}}}, &layers.Reshape{TargetShape: []int{2, 3}})
	predicted(tensor.Of([]float32{1, 2, 3, 4}, 1, 2, 2), &layers.Permute{Dims: []int{2, 1}})
	// Output:
	// [[[1. 2. 0.]
	//   [3. 4. 0.]]]
	// [[[1. 3.]
	//   [2. 4.]]]
}

// Halve an image: keep the largest of each 2×2 block of pixels.
func ExampleMaxPooling2D() {
	predicted(tensor.Of([]float32{1, 2, 5, 6, 3, 4, 7, 8}, 1, 2, 4, 1), &layers.MaxPooling2D{}, &layers.Flatten{})
	// Output:
	// [[4. 8.]]
}

// Apply the same layer to each step of a sequence.
func ExampleTimeDistributed() {
	shapes([]int{10, 28, 28, 1},
		&layers.TimeDistributed{Layer: &layers.Conv2D{Filters: 4, KernelSize: []int{3}}},
		&layers.TimeDistributed{Layer: &layers.GlobalAveragePooling2D{}},
		&layers.GRU{Units: 6})
	// Output:
	// *layers.TimeDistributed (2, 10, 26, 26, 4)
	// *layers.TimeDistributed (2, 10, 4)
	// *layers.GRU (2, 6)
}

// Look up words in a table of vectors.
func ExampleEmbedding() {
	m := models.Sequential(layers.Input(6), &layers.Embedding{InputDim: 1000, OutputDim: 16}, &layers.GlobalAveragePooling1D{}, &layers.Dense{Units: 1})
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 16017 parameters
}

// Penalize large outputs: the loss of the model grows with their squares.
func ExampleActivityRegularization() {
	shapes([]int{4}, &layers.Dense{Units: 8}, &layers.ActivityRegularization{L2: 0.01})
	// Output:
	// *layers.Dense (2, 8)
	// *layers.ActivityRegularization (2, 8)
}
