package layers_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// A sentence classifier in which each word has both left and right context.
func ExampleBidirectional() {
	m := models.Sequential(layers.Input(20),
		&layers.Embedding{InputDim: 1000, OutputDim: 16, MaskZero: true},
		&layers.Bidirectional{Layer: &layers.LSTM{Units: 8}},
		&layers.Dense{Units: 1},
	)
	for _, v := range m.Variables() {
		fmt.Println(v.Path, v.Type.Shape)
	}
	// Output:
	// embedding/embeddings (1000, 16)
	// bidirectional/forward_lstm/lstm_cell/kernel (16, 32)
	// bidirectional/forward_lstm/lstm_cell/recurrent_kernel (8, 32)
	// bidirectional/forward_lstm/lstm_cell/bias (32,)
	// bidirectional/backward_lstm/lstm_cell/kernel (16, 32)
	// bidirectional/backward_lstm/lstm_cell/recurrent_kernel (8, 32)
	// bidirectional/backward_lstm/lstm_cell/bias (32,)
	// dense/kernel (16, 1)
	// dense/bias (1,)
}

// The final states of the encoder are the initial states of the decoder.
func ExampleLSTM() {
	source, target := layers.Input(-1, 12), layers.Input(-1, 7)
	encoder := layers.Apply(&layers.LSTM{Units: 32, ReturnState: true}, source)
	decoded := layers.Apply(&layers.LSTM{Units: 32, ReturnSequences: true}, target, encoder.Output(1), encoder.Output(2))
	m := models.New([]*layers.Value{source, target}, []*layers.Value{decoded.Then(&layers.Dense{Units: 7})})
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 11111 parameters
}

// The core of a transformer: attention with a residual connection.
func ExampleMultiHeadAttention() {
	x := layers.InputOf(layers.InputSpec{Shape: graph.Shape{10, 64}, Name: "tokens"})
	attended := layers.Apply(&layers.MultiHeadAttention{NumHeads: 4, KeyDim: 16, UseCausalMask: true}, x, x)
	y := layers.Apply(&layers.Add{}, x, attended).Then(&layers.LayerNormalization{})
	m := models.New([]*layers.Value{x}, []*layers.Value{y})
	fmt.Println(m.CountParams(), "parameters")
	// Output:
	// 16768 parameters
}
