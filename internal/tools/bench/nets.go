package main

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

func mlp(in int, last layers.Layer, hidden ...int) *models.Model {
	m := models.Sequential(layers.Input(in))
	for _, n := range hidden {
		m.Add(&layers.Dense{Units: n, Activation: activations.ReLU})
	}
	m.Add(last)
	return m
}

func yesOrNo() layers.Layer { return &layers.Dense{Units: 1, Activation: activations.Sigmoid} }
func tenClasses() layers.Layer {
	return &layers.Dense{Units: 10, Activation: activations.Softmax}
}

func tinyMLP() *models.Model   { return mlp(2, yesOrNo(), 32) }
func tableMLP() *models.Model  { return mlp(30, yesOrNo(), 128, 64) }
func digitsMLP() *models.Model { return mlp(784, tenClasses(), 512, 256) }
func wideMLP() *models.Model   { return mlp(1024, tenClasses(), 1024, 1024, 1024) }

func digitsCNN(dropout float64) *models.Model {
	return models.Sequential(layers.Input(28, 28, 1),
		&layers.Conv2D{Filters: 32, KernelSize: []int{3}, Activation: activations.ReLU}, &layers.MaxPooling2D{},
		&layers.Conv2D{Filters: 64, KernelSize: []int{3}, Activation: activations.ReLU}, &layers.MaxPooling2D{},
		&layers.Flatten{}, &layers.Dropout{Rate: dropout}, tenClasses())
}

// resNet20 is from He et al. 2016, section 4.2, with n = 3 and projections where the size changes.
func resNet20() *models.Model {
	in := layers.Input(32, 32, 3)
	conv := func(x *layers.Value, filters, kernel, stride int) *layers.Value {
		return x.Then(&layers.Conv2D{Filters: filters, KernelSize: []int{kernel}, Strides: []int{stride}, Padding: layers.Same, NoBias: true}).
			Then(&layers.BatchNormalization{})
	}
	relu := func(x *layers.Value) *layers.Value { return x.Then(&layers.Activation{Activation: activations.ReLU}) }
	x := relu(conv(in, 16, 3, 1))
	for stage, filters := range []int{16, 32, 64} {
		for block := range 3 {
			stride := 1
			short := x
			if stage > 0 && block == 0 {
				stride = 2
				short = conv(x, filters, 1, 2)
			}
			y := conv(relu(conv(x, filters, 3, stride)), filters, 3, 1)
			x = relu(layers.Apply(&layers.Add{}, y, short))
		}
	}
	return models.New(in, x.Then(&layers.GlobalAveragePooling2D{}).Then(tenClasses()))
}

const (
	wideTable   = 1_000_000 // rows of 16
	wideIndices = 8
)

// wideAndDeep is a small version of Cheng et al. 2016: a linear model of the numeric features
// beside a network of the numeric features and the embedded indices.
func wideAndDeep() *models.Model {
	ids := layers.InputOf(layers.InputSpec{Shape: graph.Shape{wideIndices}, DType: graph.Int32})
	numbers := layers.Input(16)
	deep := ids.Then(&layers.Embedding{InputDim: wideTable, OutputDim: 16}).Then(&layers.Flatten{})
	deep = layers.Apply(&layers.Concatenate{}, deep, numbers).
		Then(&layers.Dense{Units: 128, Activation: activations.ReLU}).Then(&layers.Dense{Units: 64, Activation: activations.ReLU}).
		Then(&layers.Dense{Units: 1})
	wide := numbers.Then(&layers.Dense{Units: 1})
	out := layers.Apply(&layers.Add{}, deep, wide).Then(&layers.Activation{Activation: activations.Sigmoid})
	return models.New([]*layers.Value{ids, numbers}, out)
}

const vocabulary = 10_000

func lastLSTM() *models.Model { return ofWords(&layers.LSTM{Units: 64}) }
func bothGRU() *models.Model {
	return ofWords(&layers.Bidirectional{Layer: &layers.GRU{Units: 64}})
}

// ofWords returns a network of 100 indices, their embeddings and a layer.
func ofWords(l layers.Layer) *models.Model {
	in := layers.InputOf(layers.InputSpec{Shape: graph.Shape{100}, DType: graph.Int32})
	return models.New(in, in.Then(&layers.Embedding{InputDim: vocabulary, OutputDim: 32}).Then(l).Then(yesOrNo()))
}

// transformer returns the encoder of Vaswani et al. 2017 on vectors, with post-normalization.
func transformer() *models.Model {
	in := layers.Input(64, 128)
	x := in
	for range 2 {
		y := layers.Apply(&layers.MultiHeadAttention{NumHeads: 4, KeyDim: 32}, x, x)
		x = layers.Apply(&layers.Add{}, x, y).Then(&layers.LayerNormalization{})
		y = x.Then(&layers.Dense{Units: 512, Activation: activations.ReLU}).Then(&layers.Dense{Units: 128})
		x = layers.Apply(&layers.Add{}, x, y).Then(&layers.LayerNormalization{})
	}
	return models.New(in, x.Then(&layers.GlobalAveragePooling1D{}).Then(tenClasses()))
}
