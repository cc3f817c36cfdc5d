package layers

import (
	"iter"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/layeraccess"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	layeraccess.Set(&layeraccess.Access[Module, *Value]{
		Path:     func(l Module) string { return l.state().path },
		Frozen:   func(l Module) bool { return l.state().Frozen },
		Children: func(l Module) []Module { return l.state().children },
		Itself:   itself,

		Variables:    func(l Module) []*graph.Variable { return l.state().Variables() },
		OwnVariables: ownVariables,
		States:       statesOf,

		ApplyAt: func(at string, l Module, vs ...*Value) *Value { return applyAt(l, at, vs...) },
		Rewire:  rewire,

		InputCheck:  inputCheck,
		NeedsBatch:  needsBatch,
		MixesLabels: mixesLabels,
		AdaptEach: func(l Module, batches iter.Seq2[*tensor.Tensor, error]) error {
			return adaptEach(l.(Adaptable), batches)
		},
		Quantizer: quantizer,

		FileClass:       fileClass,
		Attribute:       attribute,
		CallForm:        formOf,
		SetCallArgument: setCallArgument,
		MakesMask:       makesMask,
		LoRAScale:       loraScale,
	})
}

// inputCheck returns the function that checks the values passed to l, or nil if there is
// nothing to check.
func inputCheck(l Module) func(x *tensor.Tensor) error {
	if c, ok := l.(interface{ checkInput(x *tensor.Tensor) error }); ok {
		return c.checkInput
	}
	return nil
}

// needsBatch reports whether l, whose output has shape out, needs more than one sample.
func needsBatch(l Module, out graph.Shape) bool {
	b, ok := l.(interface{ needsBatch(out graph.Shape) bool })
	return ok && b.needsBatch(out)
}

// quantizer returns the function that quantizes l, or nil if l cannot be quantized.
func quantizer(l Module) func(weight, bias *tensor.Tensor) (Module, error) {
	if q, ok := l.(interface {
		quantizer() func(weight, bias *tensor.Tensor) (Module, error)
	}); ok {
		return q.quantizer()
	}
	return nil
}

// makesMask reports whether l creates a mask from its input.
func makesMask(l Module) bool {
	m, ok := l.(interface{ makesMask() bool })
	return ok && m.makesMask()
}
