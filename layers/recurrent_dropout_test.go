package layers_test

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// adder returns a layer whose outputs are scaled sums of the inputs that are not dropped.
func adder(units int, dropout, recurrent float64) *layers.SimpleRNN {
	return &layers.SimpleRNN{Name: "l", Units: units, ReturnSequences: true, Activation: linear{}, Dropout: dropout, RecurrentDropout: recurrent,
		KernelInitializer: initializers.Identity{}, RecurrentInitializer: initializers.Identity{}}
}

type linear struct{}

func (linear) Apply(x *graph.Node) *graph.Node { return x }

func ones(shape ...int) *tensor.Tensor {
	t := tensor.New(graph.Float32, shape...)
	data, _ := tensor.Data[float32](t)
	for i := range data {
		data[i] = 1
	}
	return t
}

// y[t] is t+1 times the first output if the mask is the same for all steps.
func TestInputDropoutIsTheSameInAllSteps(t *testing.T) {
	const steps, rate = 5, .25
	y := trained(t, adder(64, rate, 0), ones(40, steps, 64))
	data, _ := tensor.Data[float32](y)
	kept := 0
	for b := range 40 {
		for u := range 64 {
			first := data[b*steps*64+u]
			if first != 0 {
				kept++
				if math.Abs(float64(first)-1/(1-rate)) > 1e-5 {
					t.Fatalf("a kept element is %v; want %v", first, 1/(1-rate))
				}
			}
			for s := range steps {
				if got := data[(b*steps+s)*64+u]; math.Abs(float64(got-first*float32(s+1))) > 1e-4 {
					t.Fatalf("step %d gives %v after a first one of %v", s, got, first)
				}
			}
		}
	}
	if share := float64(kept) / (40 * 64); math.Abs(share-(1-rate)) > .04 {
		t.Errorf("%v are kept; want %v", share, 1-rate)
	}
}

// A dropped state starts again at each step; a kept state grows by a factor of 1/(1-rate).
func TestRecurrentDropoutIsTheSameInAllSteps(t *testing.T) {
	const rate = .5
	y := trained(t, adder(64, 0, rate), ones(40, 3, 64))
	data, _ := tensor.Data[float32](y)
	kept := 0
	for b := range 40 {
		for u := range 64 {
			switch at := b*3*64 + u; [3]float32{data[at], data[at+64], data[at+128]} {
			case [3]float32{1, 1, 1}:
			case [3]float32{1, 3, 7}:
				kept++
			default:
				t.Fatalf("unit %d of sample %d: %v, %v, %v", u, b, data[at], data[at+64], data[at+128])
			}
		}
	}
	if share := float64(kept) / (40 * 64); math.Abs(share-(1-rate)) > .04 {
		t.Errorf("%v are kept; want %v", share, 1-rate)
	}
}

// trained returns the output of l in training.
func trained(t *testing.T, l layers.Module, in ...*tensor.Tensor) *tensor.Tensor {
	t.Helper()
	return computed(t, true, func(s *layers.Scope, x []node) []node { return s.CallAll(l, x...)[:1] }, in...)[0]
}

func dropping() map[string]func() layers.Module {
	return map[string]func() layers.Module{
		"LSTM input": func() layers.Module { return &layers.LSTM{Units: 4, Dropout: .4} },
		"LSTM state": func() layers.Module { return &layers.LSTM{Units: 4, RecurrentDropout: .4} },
		"GRU":        func() layers.Module { return &layers.GRU{Units: 4, Dropout: .4, RecurrentDropout: .4} },
		"GRU, reset before": func() layers.Module {
			return &layers.GRU{Units: 4, ResetBefore: true, Dropout: .4, RecurrentDropout: .4}
		},
		"ConvLSTM1D": func() layers.Module {
			return &layers.ConvLSTM1D{Filters: 2, KernelSize: []int{2}, Dropout: .4, RecurrentDropout: .4}
		},
		"stack": func() layers.Module {
			return &layers.RNN{Cell: &layers.StackedRNNCells{Cells: []layers.Cell{&layers.GRUCell{Units: 3, Dropout: .4}, &layers.LSTMCell{Units: 3, RecurrentDropout: .4}}}}
		},
		"bidirectional":      func() layers.Module { return &layers.Bidirectional{Layer: &layers.GRU{Units: 3, Dropout: .4}} },
		"MultiHeadAttention": func() layers.Module { return &layers.MultiHeadAttention{NumHeads: 2, KeyDim: 3, Dropout: .4} },
		"GroupQueryAttention": func() layers.Module {
			return &layers.GroupQueryAttention{NumQueryHeads: 4, NumKeyValueHeads: 2, HeadDim: 3, Dropout: .4}
		},
		"TimeDistributed": func() layers.Module { return &layers.TimeDistributed{Layer: &layers.Dropout{Rate: .4}} },
	}
}

func TestDropoutIsForTrainingAloneAndReproducible(t *testing.T) {
	for name, make := range dropping() {
		x := wave(1, 3, 6, 4)
		if name == "ConvLSTM1D" {
			x = wave(1, 3, 3, 6, 4)
		}
		a, b, off := trained(t, make(), x), trained(t, make(), x), applied(t, make(), x)[0]
		if !a.Equal(b) {
			t.Errorf("%s: two runs of one seed differ", name)
		}
		if a.Equal(off) {
			t.Errorf("%s: training drops nothing", name)
		}
	}
}

func TestAttentionDropoutKeepsTheMean(t *testing.T) {
	for _, l := range []layers.Module{
		&layers.Attention{Dropout: .3}, &layers.AdditiveAttention{Dropout: .3, NoScale: true},
	} {
		q, v := wave(1, 4, 30, 8), ones(4, 50, 8)
		data, _ := tensor.Data[float32](trained(t, l, q, v))
		mean, least, most := 0., math.Inf(1), math.Inf(-1)
		for _, x := range data {
			mean += float64(x) / float64(len(data))
			least, most = min(least, float64(x)), max(most, float64(x))
		}
		if math.Abs(mean-1) > .03 || most-least < .01 {
			t.Errorf("%T: values between %v and %v of mean %v; want mean 1", l, least, most, mean)
		}
	}
}

func TestDropoutRatesOutOfRange(t *testing.T) {
	for _, rate := range []float64{-.1, 1, math.NaN()} {
		for _, row := range []struct {
			l     layers.Module
			shape []int
		}{
			{&layers.LSTM{Units: 2, Dropout: rate}, []int{2, 3, 2}},
			{&layers.GRU{Units: 2, RecurrentDropout: rate}, []int{2, 3, 2}},
			{&layers.SimpleRNN{Units: 2, Dropout: rate}, []int{2, 3, 2}},
			{&layers.ConvLSTM1D{Filters: 2, KernelSize: []int{1}, Dropout: rate}, []int{2, 3, 2, 2}},
			{&layers.MultiHeadAttention{NumHeads: 1, KeyDim: 2, Dropout: rate}, []int{2, 3, 2}},
		} {
			if err := misuse(row.l, false, row.shape); err == nil {
				t.Errorf("%T takes a rate of %v", row.l, rate)
			}
		}
	}
}
