package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/layeraccess"
)

// formOf returns how Keras passes inputs of the given types to l.
func formOf(l Module, in ...graph.DType) layeraccess.CallForm {
	if f, ok := l.(interface {
		callForm(in []graph.DType) layeraccess.CallForm
	}); ok {
		return f.callForm(in)
	}
	_, merges := l.(Merger)
	_, single := l.(Layer)
	return layeraccess.CallForm{Places: places(len(in)), List: merges && !single}
}

// places returns the integers 0 to n-1.
func places(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// recurrentForm is the call form of layers that accept initial states.
type recurrentForm struct{}

func (recurrentForm) callForm(in []graph.DType) layeraccess.CallForm {
	f := layeraccess.CallForm{Places: []int{0}}
	if len(in) > 1 {
		f.Named = map[string][]int{"initial_state": places(len(in))[1:]}
	}
	return f
}

// attentionForm returns the call form of multi-head attention layers.
func attentionForm(in []graph.DType, causal, scores bool) layeraccess.CallForm {
	n := len(in)
	f := layeraccess.CallForm{Constants: attentionConstants(causal, scores)}
	if n == 4 || n == 3 && !in[2].IsFloat() {
		n--
		f.Named = map[string][]int{"attention_mask": {n}}
	}
	if f.Places = places(n); n == 1 {
		f.Places = []int{0, 0}
	}
	return f
}

func attentionConstants(causal, scores bool) map[string]any {
	c := map[string]any{}
	if causal {
		c["use_causal_mask"] = true
	}
	if scores {
		c["return_attention_scores"] = true
	}
	return c
}
