package layers_test

import (
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// attentions returns the multi-head attention layers by name.
func attentions(causal, scores bool, window int) map[string]layers.Module {
	return map[string]layers.Module{
		"multi head":  &layers.MultiHeadAttention{Name: "a", NumHeads: 2, KeyDim: 3, UseCausalMask: causal, ReturnAttentionScores: scores, SlidingWindow: window},
		"group query": &layers.GroupQueryAttention{Name: "a", NumQueryHeads: 4, NumKeyValueHeads: 2, HeadDim: 2, UseCausalMask: causal, ReturnAttentionScores: scores, SlidingWindow: window},
	}
}

func plainAttentions() map[string]layers.Module {
	return map[string]layers.Module{
		"dot":      &layers.Attention{UseCausalMask: true},
		"concat":   &layers.Attention{ScoreMode: layers.ScoreConcat, UseScale: true, UseCausalMask: true},
		"additive": &layers.AdditiveAttention{UseCausalMask: true},
	}
}

func TestCausalAttentionDoesNotSeeTheFuture(t *testing.T) {
	x := wave(1, 2, 5, 4)
	all := plainAttentions()
	for name, l := range attentions(true, false, 0) {
		all[name] = l
	}
	for name, l := range all {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			short := ops.Slice(in[0], 1, 0, 3)
			return []node{ops.Slice(s.CallAll(l, in[0], in[0])[0], 1, 0, 3), s.CallAll(l, short, short)[0]}
		}, x)
		mustEqual(t, name, got[0], got[1])
	}
}

// Masking values, passing an attention mask and passing fewer values are equivalent.
func TestMaskedValuesAreAsGood(t *testing.T) {
	q, v := wave(2, 2, 3, 4), wave(3, 2, 5, 4)
	for name, l := range attentions(false, false, 0) {
		got := computed(t, false, func(s *layers.Scope, in []node) []node {
			q, v := in[0], in[1]
			fewer := s.CallAll(l, q, ops.Slice(v, 1, 0, 3))[0]
			given := s.CallAll(l, q, v, ops.BroadcastTo(ops.ExpandDims(in[2], 1), 2, 3, 5))[0]
			asKey := s.CallAll(l, q, v, v, ops.BroadcastTo(ops.ExpandDims(in[2], 1), 2, 3, 5))[0]
			s.SetMask(v, in[2])
			return []node{fewer, given, asKey, s.CallAll(l, q, v)[0]}
		}, q, v, bools("11100", "11100"))
		for i, y := range got[1:] {
			mustEqual(t, name+[]string{" given", " given with a key", " of the values"}[i], y, got[0])
		}
	}
}

func TestScoresAreTheWeightsOfTheValues(t *testing.T) {
	x := wave(4, 2, 5, 4)
	for name, l := range attentions(false, true, 2) {
		scores := applied(t, l, x, x)[1]
		data, _ := tensor.Data[float32](scores)
		for row := 0; row < len(data); row += 5 {
			sum := float32(0)
			for i, w := range data[row : row+5] {
				sum += w
				if far := (row/5)%5 - i; w < 0 || (far > 1 || far < -1) && w != 0 {
					t.Errorf("%s: query %d gives key %d a weight of %v", name, (row/5)%5, i, w)
				}
			}
			if sum < .999 || sum > 1.001 {
				t.Errorf("%s: weights add up to %v", name, sum)
			}
		}
	}
}

func TestAttentionPassesTheQuerysMask(t *testing.T) {
	all := plainAttentions()
	for name, l := range attentions(false, false, 0) {
		all[name] = l
	}
	for name, l := range all {
		refused := computed(t, false, func(s *layers.Scope, in []node) []node {
			s.SetMask(in[0], in[1])
			mask := s.Mask(s.CallAll(l, in[0], in[0])[0])
			if mask == nil {
				t.Errorf("%s: the output has no mask", name)
				return in[1:2]
			}
			return []node{mask}
		}, wave(5, 2, 3, 4), bools("110", "101"))[0]
		if !refused.Equal(bools("110", "101")) {
			t.Errorf("%s: the mask becomes %v", name, refused)
		}
	}
}

func TestEinsumDenseIsDense(t *testing.T) {
	x := wave(6, 2, 3, 4)
	got := computed(t, false, func(s *layers.Scope, in []node) []node {
		a := s.Call(&layers.EinsumDense{Name: "d", Equation: "...a,ab->...b", OutputShape: []int{5}, BiasAxes: "b"}, in[0])
		return []node{a}
	}, x)[0]
	mustEqual(t, "dense", got, applied(t, &layers.Dense{Name: "d", Units: 5}, x)[0])
}

func TestWeightsOfAttentionStandInKerasOrder(t *testing.T) {
	l := &layers.MultiHeadAttention{NumHeads: 2, KeyDim: 3, ValueDim: 5, UseGate: true}
	graphOf(t, false, func(s *layers.Scope, x []node) []node { return s.CallAll(l, x[0], x[0]) }, wave(1, 1, 2, 4))
	want := []graph.Shape{{4, 2, 3}, {2, 3}, {4, 2, 3}, {2, 3}, {4, 2, 5}, {2, 5}, {4, 2, 5}, {2, 5}, {2, 5, 4}, {4}}
	vars := access.Variables(l)
	if len(vars) != len(want) {
		t.Fatalf("%d variables; want %d", len(vars), len(want))
	}
	for i, v := range vars {
		if !v.Type.Shape.Equal(want[i]) {
			t.Errorf("variable %d, %s, is of shape %v; want %v", i, v.Path, v.Type.Shape, want[i])
		}
	}
	for i, name := range []string{"query_dense", "key_dense", "gate_dense", "value_dense", "output_dense"} {
		if _, got := access.Attribute(l, access.Children(l)[i]); got != name {
			t.Errorf("part %d is %q in files; want %q", i, got, name)
		}
	}
}
