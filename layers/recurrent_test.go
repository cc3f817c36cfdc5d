package layers_test

import (
	"math"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/graphtest"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type node = *graph.Node

// graphOf returns the graph of f for inputs like in.
func graphOf(t *testing.T, training bool, f func(s *layers.Scope, x []node) []node, in ...*tensor.Tensor) *graph.Graph {
	t.Helper()
	return graphtest.Trace(t, func(g *graph.Graph) []node {
		s := layers.NewScope(g)
		s.Training = training
		var x []node
		for _, v := range in {
			x = append(x, g.Input(v.DType(), v.Shape()...))
		}
		return f(s, x)
	})
}

// computed returns the results of f for in on the reference device.
func computed(t *testing.T, training bool, f func(s *layers.Scope, x []node) []node, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	return graphtest.Prepared(t, graphOf(t, training, f, in...)).Run(in...)
}

// applied returns the outputs of l for in.
func applied(t *testing.T, l layers.Module, in ...*tensor.Tensor) []*tensor.Tensor {
	t.Helper()
	return computed(t, false, func(s *layers.Scope, x []node) []node { return s.CallAll(l, x...) }, in...)
}

// wave returns deterministic values of both signs.
func wave(seed int, shape ...int) *tensor.Tensor {
	t := tensor.New(graph.Float32, shape...)
	data, _ := tensor.Data[float32](t)
	for i := range data {
		data[i] = float32(math.Sin(float64(i*3+seed*7+1)) * 1.5)
	}
	return t
}

func bools(rows ...string) *tensor.Tensor {
	t := tensor.New(graph.Bool, len(rows), len(rows[0]))
	data, _ := tensor.Data[bool](t)
	for i, r := range rows {
		for j, c := range r {
			data[i*len(r)+j] = c == '1'
		}
	}
	return t
}

func mustEqual(t *testing.T, what string, got, want *tensor.Tensor) {
	t.Helper()
	if err := tensor.Close(got, want, 2e-5, 1e-6); err != nil {
		t.Errorf("%s: %v", what, err)
	}
}

// slow wraps an activation so that layers do not recognize it as the default.
func slow(a activations.Activation) activations.Activation {
	return activations.Func(func(x *graph.Node) *graph.Node { return a.Apply(x) })
}

// pairs returns pairs of equivalent recurrent layers: fused and step by step.
func pairs(sequences, backwards, noBias bool) map[string][2]layers.Module {
	tanh, sigmoid := slow(activations.Tanh), slow(activations.Sigmoid)
	return map[string][2]layers.Module{
		"LSTM": {
			&layers.LSTM{Name: "l", Units: 3, ReturnSequences: sequences, ReturnState: true, GoBackwards: backwards, NoBias: noBias},
			&layers.LSTM{Name: "l", Units: 3, ReturnSequences: sequences, ReturnState: true, GoBackwards: backwards, NoBias: noBias, Activation: tanh, RecurrentActivation: sigmoid},
		},
		"GRU": {
			&layers.GRU{Name: "l", Units: 3, ReturnSequences: sequences, ReturnState: true, GoBackwards: backwards, NoBias: noBias},
			&layers.GRU{Name: "l", Units: 3, ReturnSequences: sequences, ReturnState: true, GoBackwards: backwards, NoBias: noBias, Activation: tanh, RecurrentActivation: sigmoid},
		},
	}
}

func TestLayersRunWholeAsStepByStep(t *testing.T) {
	x := wave(1, 2, 5, 4)
	for _, sequences := range []bool{false, true} {
		for _, backwards := range []bool{false, true} {
			for _, noBias := range []bool{false, true} {
				for name, p := range pairs(sequences, backwards, noBias) {
					got, want := applied(t, p[0], x), applied(t, p[1], x)
					for i := range want {
						mustEqual(t, name, got[i], want[i])
					}
				}
			}
		}
	}
}

func TestCellsCalledByHandAreTheLayer(t *testing.T) {
	x := wave(2, 2, 4, 3)
	for _, row := range []struct {
		layer  layers.Module
		cell   layers.Cell
		states int
	}{
		{&layers.SimpleRNN{Name: "l", Units: 3}, &layers.SimpleRNNCell{Units: 3}, 1},
		{&layers.LSTM{Name: "l", Units: 3}, &layers.LSTMCell{Units: 3}, 2},
		{&layers.GRU{Name: "l", Units: 3}, &layers.GRUCell{Units: 3}, 1},
		{&layers.GRU{Name: "l", Units: 3, ResetBefore: true}, &layers.GRUCell{Units: 3, ResetBefore: true}, 1},
	} {
		want := applied(t, &layers.RNN{Name: "r", Cell: row.cell}, x)[0]
		byHand := computed(t, false, func(s *layers.Scope, in []node) []node {
			s.CallAll(&layers.RNN{Name: "r", Cell: row.cell}, in[0]) // the weights
			y := s.CallAll(row.cell, ops.Index(in[0], 1, 0))
			for i := range 3 {
				y = s.CallAll(row.cell, append([]node{ops.Index(in[0], 1, i+1)}, y[1:]...)...)
			}
			if len(y) != row.states+1 {
				t.Errorf("%T gives %d values", row.cell, len(y))
			}
			return y[:1]
		}, x)
		mustEqual(t, "cell by hand", byHand[0], want)
	}
}

func TestMaskedTailsAreShorterSequences(t *testing.T) {
	x := wave(3, 2, 5, 2)
	masks := bools("11100", "11100")
	for _, l := range []layers.Module{
		&layers.SimpleRNN{Name: "l", Units: 3}, &layers.LSTM{Name: "l", Units: 3}, &layers.GRU{Name: "l", Units: 3},
		&layers.Bidirectional{Name: "l", Layer: &layers.GRU{Units: 2}},
		&layers.RNN{Name: "l", Cell: &layers.StackedRNNCells{Cells: []layers.Cell{&layers.GRUCell{Units: 2}, &layers.LSTMCell{Units: 3}}}},
	} {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			s.SetMask(in[0], in[1])
			y := s.CallAll(l, in[0])
			return append(y, s.CallAll(l, ops.Slice(in[0], 1, 0, 3))...)
		}, x, masks)
		mustEqual(t, "masked tail", got[0], got[1])
	}
}

func TestStackedCellsAreStackedLayers(t *testing.T) {
	x := wave(4, 2, 4, 3)
	a, b := &layers.LSTMCell{Units: 3}, &layers.GRUCell{Units: 2}
	got := computed(t, false, func(s *layers.Scope, in []node) []node {
		y := s.CallAll(&layers.RNN{Cell: &layers.StackedRNNCells{Cells: []layers.Cell{a, b}}, ReturnSequences: true}, in[0])
		h := s.Call(&layers.RNN{Cell: a, ReturnSequences: true}, in[0])
		return append(y, s.Call(&layers.RNN{Cell: b, ReturnSequences: true}, h))
	}, x)
	mustEqual(t, "stack", got[0], got[1])
}

func TestBidirectionalIsTwoLayers(t *testing.T) {
	x := wave(5, 2, 4, 3)
	for mode, merge := range map[layers.MergeMode]func(y, z node) node{
		layers.MergeConcat: func(y, z node) node { return ops.Concatenate(-1, y, z) }, layers.MergeSum: ops.Add, layers.MergeMul: ops.Multiply,
		layers.MergeAverage: func(y, z node) node { return ops.Scale(ops.Add(y, z), .5) },
	} {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			b := &layers.Bidirectional{Layer: &layers.LSTM{Units: 3, ReturnSequences: true, ReturnState: true}, MergeMode: mode}
			out := s.CallAll(b, in[0])
			y, z := s.CallAll(b.Layer, in[0]), s.CallAll(b.BackwardLayer, in[0])
			return append(append(append(out, merge(y[0], ops.Flip(z[0], 1))), y[1:]...), z[1:]...)
		}, x)
		for i, want := range got[5:] {
			mustEqual(t, string(mode), got[i], want)
		}
	}
}

func TestInitialStatesContinueARun(t *testing.T) {
	x := wave(6, 2, 6, 3)
	for _, l := range []layers.Module{
		&layers.LSTM{Units: 3, ReturnState: true}, &layers.GRU{Units: 3, ReturnState: true}, &layers.SimpleRNN{Units: 3, ReturnState: true},
		&layers.ConvLSTM1D{Filters: 2, KernelSize: []int{2}, Padding: layers.Same, ReturnState: true},
	} {
		in := x
		if _, ok := l.(*layers.ConvLSTM1D); ok {
			in = wave(6, 2, 6, 3, 2)
		}
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			whole := s.CallAll(l, in[0])
			half := s.CallAll(l, ops.Slice(in[0], 1, 0, 3))
			return append(whole, s.CallAll(l, append([]node{ops.Slice(in[0], 1, 3, 6)}, half[1:]...)...)...)
		}, in)
		n := len(got) / 2
		for i := range n {
			mustEqual(t, "continued", got[n+i], got[i])
		}
	}
}

// The number of nodes in a graph is the same for a thousand steps as for two.
func TestLengthDoesNotEnlargeTheGraph(t *testing.T) {
	size := func(l layers.Module, steps int) int {
		g := graphOf(t, true, func(s *layers.Scope, in []node) []node {
			y := ops.Sum(s.CallAll(l, in[0])[0])
			_, d := s.Gradient(y)
			return append(d, y)
		}, tensor.New(graph.Float32, 2, steps, 3))
		return count(graph.Prepare(g, nil))
	}
	for name, make := range map[string]func() layers.Module{
		"LSTM": func() layers.Module { return &layers.LSTM{Units: 2} },
		"GRU":  func() layers.Module { return &layers.GRU{Units: 2, ResetBefore: true, ReturnSequences: true} },
		"bidirectional": func() layers.Module {
			return &layers.Bidirectional{Layer: &layers.SimpleRNN{Units: 2, Unroll: true, RecurrentDropout: .3}}
		},
		"time distributed": func() layers.Module { return &layers.TimeDistributed{Layer: &layers.Dense{Units: 2}} },
	} {
		if few, many := size(make(), 2), size(make(), 1000); few != many {
			t.Errorf("%s: %d nodes for 2 steps, %d for 1000", name, few, many)
		}
	}
}

func count(g *graph.Graph) int {
	n := len(g.Nodes)
	for _, m := range g.Nodes {
		if s, ok := m.Op.(graph.Scan); ok {
			n += count(s.Body)
		}
	}
	return n
}

func TestTimeDistributedIsTheLayerOnEachStep(t *testing.T) {
	x := wave(7, 2, 3, 4, 4, 2)
	for name, l := range map[string]layers.Layer{
		"conv": &layers.Conv2D{Filters: 2, KernelSize: []int{2, 2}}, "flatten": &layers.Flatten{},
	} {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			y := s.Call(&layers.TimeDistributed{Layer: l}, in[0])
			var steps []node
			for i := range 3 {
				steps = append(steps, s.Call(l, ops.Index(in[0], 1, i)))
			}
			return []node{y, ops.Stack(1, steps...)}
		}, x)
		mustEqual(t, name, got[0], got[1])
	}
}

// leaky is a custom cell: h' = h/2 + x.
type leaky struct{ layers.Base }

func (*leaky) StateShapes(x graph.Shape) []graph.Shape { return []graph.Shape{x[1:]} }

func (*leaky) Begin(*layers.Scope, graph.Shape) (func(*graph.Node) *graph.Node, func(*graph.Node, []*graph.Node) (*graph.Node, []*graph.Node)) {
	return nil, func(x *graph.Node, states []*graph.Node) (*graph.Node, []*graph.Node) {
		h := ops.Add(ops.Scale(states[0], .5), x)
		return ops.Negative(h), []*graph.Node{h}
	}
}

func TestACellOfOnesOwn(t *testing.T) {
	x := tensor.Of([]float32{1, 2, 3}, 1, 3, 1)
	for _, row := range []struct {
		l    *layers.RNN
		want []float32
	}{
		{&layers.RNN{Cell: &leaky{}}, []float32{-4.25}},
		{&layers.RNN{Cell: &leaky{}, ReturnSequences: true}, []float32{-1, -2.5, -4.25}},
		{&layers.RNN{Cell: &leaky{}, ReturnSequences: true, GoBackwards: true}, []float32{-3, -3.5, -2.75}},
		{&layers.RNN{Cell: &leaky{}, GoBackwards: true}, []float32{-2.75}},
	} {
		got := applied(t, row.l, x)[0]
		mustEqual(t, "leaky", got, tensor.Of(row.want, got.Shape()...))
	}
}

func TestMasksOfACellOfOnesOwn(t *testing.T) {
	x := tensor.Of([]float32{5, 4, 7, 3}, 1, 4, 1)
	for _, row := range []struct {
		l    *layers.RNN
		want []float32
	}{
		{&layers.RNN{Cell: &leaky{}, ReturnSequences: true}, []float32{0, -4, -4, -5}},
		{&layers.RNN{Cell: &leaky{}, ReturnSequences: true, ZeroOutputForMask: true}, []float32{0, -4, 0, -5}},
		{&layers.RNN{Cell: &leaky{}, ReturnSequences: true, GoBackwards: true}, []float32{-3, -3, -5.5, -5.5}},
		{&layers.RNN{Cell: &leaky{}}, []float32{-5}},
	} {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			s.SetMask(in[0], in[1])
			return s.CallAll(row.l, in[0])
		}, x, bools("0101"))[0]
		mustEqual(t, "leaky, masked", got, tensor.Of(row.want, got.Shape()...))
	}
}

// Half-precision floats carry three digits; weights stay float32.
func TestRecurrentAndAttentionLayersInMixedPrecision(t *testing.T) {
	x := wave(8, 2, 4, 3)
	for name, make := range map[string]func(p *layers.Policy) layers.Module{
		"LSTM": func(p *layers.Policy) layers.Module {
			return &layers.LSTM{Base: layers.Base{Policy: p}, Units: 3, ReturnSequences: true}
		},
		"GRU": func(p *layers.Policy) layers.Module {
			return &layers.GRU{Base: layers.Base{Policy: p}, Units: 3, ResetBefore: true}
		},
		"bidirectional": func(p *layers.Policy) layers.Module {
			return &layers.Bidirectional{Base: layers.Base{Policy: p}, Layer: &layers.SimpleRNN{Units: 3}}
		},
		"MultiHeadAttention": func(p *layers.Policy) layers.Module {
			return &layers.MultiHeadAttention{Base: layers.Base{Policy: p}, NumHeads: 2, KeyDim: 4, UseCausalMask: true}
		},
	} {
		l := make(&layers.MixedBFloat16)
		half, full := applied(t, l, x)[0], applied(t, make(nil), x)[0]
		if half.DType() != graph.BFloat16 {
			t.Errorf("%s: computes in %v", name, half.DType())
		}
		if err := tensor.Close(half.Convert(graph.Float32), full, .05, .05); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, v := range access.Variables(l) {
			if v.Type.DType != graph.Float32 {
				t.Errorf("%s: %s is kept in %v", name, v.Path, v.Type.DType)
			}
		}
	}
}
