package layers_test

import (
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/ops"
)

// misuse returns the error of applying l to inputs of the given shapes.
func misuse(l layers.Module, training bool, shapes ...[]int) error {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := layers.NewScope(g)
		s.Training = training
		var in []*graph.Node
		for _, shape := range shapes {
			in = append(in, g.Input(graph.Float32, shape...))
		}
		return s.CallAll(l, in...)
	})
	return err
}

func TestMisuseOfRecurrentAndAttentionLayers(t *testing.T) {
	x := []int{2, 3, 4}
	cell := &layers.LSTMCell{Units: 2}
	for _, row := range []struct {
		name   string
		l      layers.Module
		shapes [][]int
		want   string
	}{
		{"no units", &layers.LSTM{}, [][]int{x}, "Units is 0; it must be positive"},
		{"a vector", &layers.GRU{Units: 2}, [][]int{{2, 3}}, "want rank 3 or more, (batch, time, features)"},
		{"images", &layers.LSTM{Units: 2}, [][]int{{2, 3, 4, 5}}, "a step of the input is of shape (2, 4, 5); want (batch, features)"},
		{"one state of two", &layers.LSTM{Units: 2}, [][]int{x, {2, 2}}, "1 initial states were given; there are 2"},
		{"a state of another size", &layers.GRU{Units: 2}, [][]int{x, {2, 3}}, "initial state 0 is of shape (2, 3); want (2, 2)"},
		{"no cell", &layers.RNN{}, [][]int{x}, "Cell is nil"},
		{"no cells", &layers.RNN{Cell: &layers.StackedRNNCells{}}, [][]int{x}, "Cells is empty"},
		{"no steps", &layers.LSTM{Units: 2}, [][]int{{2, 0, 4}}, "at least one step"},
		{"a layer that does not recur", &layers.Bidirectional{Layer: &layers.Dense{Units: 2}}, [][]int{x}, "Dense has no GoBackwards; want a recurrent layer"},
		{"no layer", &layers.Bidirectional{}, [][]int{x}, "Layer is nil"},
		{"one direction", &layers.Bidirectional{Layer: &layers.GRU{Units: 2}, BackwardLayer: &layers.GRU{Units: 2}}, [][]int{x}, "go the same way"},
		{"one returns sequences", &layers.Bidirectional{Layer: &layers.GRU{Units: 2}, BackwardLayer: &layers.GRU{Units: 2, GoBackwards: true, ReturnSequences: true}}, [][]int{x}, "ReturnSequences of Layer and BackwardLayer differ"},
		{"merge mode", &layers.Bidirectional{Layer: &layers.GRU{Units: 2}, MergeMode: "max"}, [][]int{x}, `MergeMode is "max"; want one of`},
		{"no time", &layers.TimeDistributed{Layer: &layers.Dense{Units: 2}}, [][]int{{2, 3}}, "want rank 3 or more, (batch, time, …)"},
		{"nothing to distribute", &layers.TimeDistributed{}, [][]int{x}, "Layer is nil"},
		{"no filters", &layers.ConvLSTM1D{KernelSize: []int{2}}, [][]int{{2, 3, 4, 1}}, "Filters is 0; it must be positive"},
		{"no images", &layers.ConvLSTM2D{Filters: 2, KernelSize: []int{2}}, [][]int{x}, "want rank 5"},
		{"a large kernel", &layers.ConvLSTM1D{Filters: 2, KernelSize: []int{5}}, [][]int{{2, 3, 4, 1}}, "KernelSize [5] is larger than the input (4,)"},
		{"causal", &layers.ConvLSTM1D{Filters: 2, KernelSize: []int{2}, Padding: layers.Causal}, [][]int{{2, 3, 4, 1}}, "Causal padding is for Conv1D alone"},
		{"a cell of no units", &layers.RNN{Cell: &layers.GRUCell{}}, [][]int{x}, "Units is 0"},
		{"a cell's states", cell, [][]int{{2, 4}, {2, 2}}, "1 initial states were given; there are 2"},

		{"query alone", &layers.Attention{}, [][]int{x}, "want query, value and perhaps key; 1 inputs were given"},
		{"queries of rank 2", &layers.Attention{}, [][]int{{2, 4}, x}, "input 0 is of shape (2, 4); want rank 3, (batch, time, dim)"},
		{"score mode", &layers.Attention{ScoreMode: "cosine"}, [][]int{x, x}, `ScoreMode is "cosine"; want "dot" or "concat"`},
		{"heads", &layers.MultiHeadAttention{KeyDim: 2}, [][]int{x, x}, "NumHeads is 0, KeyDim 2 and ValueDim 0; they must be positive"},
		{"too many inputs", &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2}, [][]int{x, x, x, x, x}, "want query and value, perhaps key and attention mask; 5 inputs"},
		{"rank", &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2}, [][]int{{2, 4}, {2, 4}}, "want rank 3 or more, (batch, time, features)"},
		{"key and value", &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2}, [][]int{x, x, {2, 5, 4}}, "value is of shape (2, 3, 4) and key of (2, 5, 4); they may differ in the last axis alone"},
		{"axes", &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2, AttentionAxes: []int{2}}, [][]int{x, x}, "AttentionAxes [2]; want axes from 1 to 1, each once"},
		{"window", &layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2, SlidingWindow: -1}, [][]int{x, x}, "SlidingWindow is -1; it must not be negative"},
		{"groups", &layers.GroupQueryAttention{HeadDim: 2, NumQueryHeads: 3, NumKeyValueHeads: 2}, [][]int{x, x}, "NumQueryHeads 3 and NumKeyValueHeads 2; they must be positive, the second a multiple of the third"},
		{"groups of images", &layers.GroupQueryAttention{HeadDim: 2, NumQueryHeads: 2, NumKeyValueHeads: 2}, [][]int{{2, 3, 4, 5}, {2, 3, 4, 5}}, "want rank 3, (batch, time, features)"},

		{"equation", &layers.EinsumDense{Equation: "ab,bc", OutputShape: []int{2}}, [][]int{{2, 3}}, `Equation "ab,bc"; want "X,K->Y"`},
		{"rank of the equation", &layers.EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{2}}, [][]int{x}, `Equation "ab,bc->ac" is for rank 2`},
		{"axes of the output", &layers.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{2}}, [][]int{x}, `OutputShape [2] has 1 axes; Equation "abc,cd->abd" needs 2`},
		{"an extent that differs", &layers.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{7, 2}}, [][]int{x}, `axis "b" is 7; the input has 3`},
		{"an extent that is missing", &layers.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{3, 0}}, [][]int{x}, `the extent of axis "d" is missing`},
		{"an axis of the kernel alone", &layers.EinsumDense{Equation: "ab,bcd->ac", OutputShape: []int{2}}, [][]int{{2, 3}}, `axis "d" of the kernel is in neither the input nor the output`},
		{"bias axes", &layers.EinsumDense{Equation: "ab,bc->ac", OutputShape: []int{2}, BiasAxes: "b"}, [][]int{{2, 3}}, `BiasAxes "b": axis "b" is not in the output`},
	} {
		err := misuse(row.l, false, row.shapes...)
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got error %v; want %q", row.name, err, row.want)
		}
	}
}

func TestMasksOfAnotherShape(t *testing.T) {
	for _, l := range []layers.Module{&layers.LSTM{Units: 2}, &layers.TimeDistributed{Layer: &layers.Dense{Units: 2}}} {
		_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
			s := layers.NewScope(g)
			x := g.Input(graph.Float32, 2, 3, 4)
			s.SetMask(x, ops.Full(x, 1, 2, 4))
			return s.CallAll(l, x)
		})
		if err == nil || !strings.Contains(err.Error(), "its mask is of shape (2, 4); want (batch, time)") {
			t.Errorf("%T: %v", l, err)
		}
	}
}
