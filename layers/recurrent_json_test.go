package layers_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
)

func TestConfigurationsSurviveJSON(t *testing.T) {
	for _, l := range []layers.Module{
		&layers.LSTM{Name: "a", Units: 3, ReturnSequences: true, ZeroForgetBias: true, Activation: activations.Linear, Dropout: .25},
		&layers.GRU{Units: 3, ResetBefore: true, NoBias: true, GoBackwards: true},
		&layers.SimpleRNN{Units: 2, Stateful: true, RecurrentDropout: .5},
		&layers.RNN{Cell: &layers.StackedRNNCells{Cells: []layers.Cell{&layers.GRUCell{Units: 2}, &layers.LSTMCell{Units: 3}, &layers.SimpleRNNCell{Units: 4}}}, ReturnState: true},
		&layers.Bidirectional{Layer: &layers.LSTM{Name: "l", Units: 3}, MergeMode: layers.MergeNone},
		&layers.TimeDistributed{Layer: &layers.Dense{Units: 2}},
		&layers.ConvLSTM2D{Filters: 2, KernelSize: []int{3, 2}, Padding: layers.Same, DataFormat: layers.ChannelsFirst},
		&layers.MultiHeadAttention{NumHeads: 2, KeyDim: 3, OutputShape: []int{4, 5}, AttentionAxes: []int{2}, SlidingWindow: 3, UseGate: true},
		&layers.GroupQueryAttention{HeadDim: 2, NumQueryHeads: 4, NumKeyValueHeads: 2},
		&layers.Attention{UseScale: true, ScoreMode: layers.ScoreConcat},
		&layers.AdditiveAttention{NoScale: true},
		&layers.EinsumDense{Equation: "abc,cd->abd", OutputShape: []int{0, 4}, BiasAxes: "d"},
	} {
		first, err := layers.ToJSON(l)
		if err != nil {
			t.Errorf("%T: %v", l, err)
			continue
		}
		again, err := layers.FromJSON(first)
		if err != nil {
			t.Errorf("%T: %v in %s", l, err, first)
			continue
		}
		if second, err := layers.ToJSON(again); err != nil || !bytes.Equal(first, second) {
			t.Errorf("%T: %s became %s, %v", l, first, second, err)
		}
	}
}

func TestNullsOfKerasFiles(t *testing.T) {
	l, err := layers.FromJSON([]byte(`{"class_name":"Bidirectional","config":{"merge_mode":null,"layer":{"class_name":"LSTM","config":{"units":2,"activation":null}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	b := l.(*layers.Bidirectional)
	if b.MergeMode != layers.MergeNone || b.Layer.(*layers.LSTM).Activation != activations.Linear {
		t.Errorf("merge mode %q, activation %v; want none and linear", b.MergeMode, b.Layer.(*layers.LSTM).Activation)
	}
	raw, err := layers.ToJSON(l)
	if err != nil || !strings.Contains(string(raw), `"merge_mode":null`) || !strings.Contains(string(raw), `"backward_layer":{`) {
		t.Errorf("written as %s, %v", raw, err)
	}
}

func TestALayerThatIsNoCell(t *testing.T) {
	_, err := layers.FromJSON([]byte(`{"class_name":"RNN","config":{"cell":{"class_name":"Dense","config":{"units":2}}}}`))
	if err == nil || !strings.Contains(err.Error(), "Dense; want a Cell") {
		t.Errorf("a Dense as a cell: %v", err)
	}
}
