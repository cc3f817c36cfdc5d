package layers_test

import (
	"fmt"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
)

// shapes prints the output shape of each layer of a sequential model for a batch of two.
func shapes(input []int, ls ...layers.Layer) {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := layers.NewScope(g)
		x := g.Input(graph.Float32, append([]int{2}, input...)...)
		for _, l := range ls {
			x = s.Call(l, x)
			fmt.Printf("%T %v\n", l, x.Shape)
		}
		return []*graph.Node{x}
	})
	if err != nil {
		fmt.Println(err)
	}
}

// A convolutional autoencoder: transposed convolutions undo the downsampling of the
// convolutions.
func ExampleConv2DTranspose() {
	shapes([]int{28, 28, 1},
		&layers.Conv2D{Filters: 8, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.ReLU},
		&layers.Conv2D{Filters: 4, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.ReLU},
		&layers.Conv2DTranspose{Filters: 8, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.ReLU},
		&layers.Conv2DTranspose{Filters: 1, KernelSize: []int{3}, Strides: []int{2}, Padding: layers.Same, Activation: activations.Sigmoid},
	)
	// Output:
	// *layers.Conv2D (2, 14, 14, 8)
	// *layers.Conv2D (2, 7, 7, 4)
	// *layers.Conv2DTranspose (2, 14, 14, 8)
	// *layers.Conv2DTranspose (2, 28, 28, 1)
}

// A separable convolution has the receptive field of a convolution with far fewer weights.
func ExampleSeparableConv2D() {
	for _, l := range []layers.Layer{
		&layers.Conv2D{Filters: 64, KernelSize: []int{3}},
		&layers.SeparableConv2D{Filters: 64, KernelSize: []int{3}},
	} {
		fmt.Println(models.Sequential(layers.Input(32, 32, 64), l).CountParams())
	}
	// Output:
	// 36928
	// 4736
}

// Turn images of any size into features of a fixed size.
func ExampleAdaptiveAveragePooling2D() {
	for _, size := range []int{7, 32} {
		shapes([]int{size, size, 3}, &layers.AdaptiveAveragePooling2D{OutputSize: []int{4}})
	}
	// Output:
	// *layers.AdaptiveAveragePooling2D (2, 4, 4, 3)
	// *layers.AdaptiveAveragePooling2D (2, 4, 4, 3)
}

// Augment images during training to reduce overfitting. Outside training these layers return
// their input.
func ExampleRandomFlip() {
	m := models.Sequential(layers.Input(32, 32, 3),
		&layers.Rescaling{Scale: []float64{1. / 255}},
		&layers.RandomFlip{Mode: layers.FlipHorizontal},
		&layers.RandomRotation{Factor: []float64{0.05}}, // up to 5% of a full turn in either direction
		&layers.RandomTranslation{HeightFactor: []float64{0.1}, WidthFactor: []float64{0.1}},
		&layers.Conv2D{Filters: 16, KernelSize: []int{3}},
		&layers.GlobalAveragePooling2D{},
		&layers.Dense{Units: 10, Activation: activations.Softmax},
	)
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 618 parameters
}

// Group normalization does not depend on the batch size.
func ExampleGroupNormalization() {
	shapes([]int{8, 8, 32}, &layers.GroupNormalization{Groups: 8}, &layers.ReLU{MaxValue: new(6.0)})
	// Output:
	// *layers.GroupNormalization (2, 8, 8, 32)
	// *layers.ReLU (2, 8, 8, 32)
}

// Mask the zeros at the end of sequences.
func ExampleMasking() {
	shapes([]int{20, 4}, &layers.Masking{}, &layers.LSTM{Units: 8})
	// Output:
	// *layers.Masking (2, 20, 4)
	// *layers.LSTM (2, 8)
}

// Insert a custom function between two layers.
func ExampleLambda() {
	shapes([]int{6}, &layers.Lambda{Function: func(x *graph.Node) *graph.Node {
		return ops.Concatenate(-1, ops.Sin(x), ops.Cos(x))
	}})
	// Output:
	// *layers.Lambda (2, 12)
}

// Turn audio into an image: mel bands over time.
func ExampleMelSpectrogram() {
	shapes([]int{16000}, &layers.MelSpectrogram{NumMelBins: 64})
	// Output:
	// *layers.MelSpectrogram (2, 64, 32)
}

// Use one table for the input and the output words of a language model.
func ExampleReversibleEmbedding() {
	tokens := layers.InputOf(layers.InputSpec{Shape: graph.Shape{16}, DType: graph.Int32})
	words := &layers.ReversibleEmbedding{InputDim: 1000, OutputDim: 32}
	m := models.New(tokens, tokens.Then(words).Then(&layers.Dense{Units: 32}).Then(words.Reverse()))
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 33056 parameters
}

// Train only a few numbers next to the kernel: 2·(100 + 10) instead of 1000, and the bias.
func ExampleDense_lowRank() {
	d := &layers.Dense{Units: 10, LoRARank: 2}
	m := models.Sequential(layers.Input(100), d)
	trained := 0
	for _, v := range m.Variables() {
		if v.Trainable {
			trained += v.Type.Shape.Size()
		}
	}
	fmt.Println(trained, "of", m.CountParams())
	// Output:
	// 230 of 1230
}
