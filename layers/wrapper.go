package layers

import "github.com/rhyton/rhyton/graph"

func init() {
	register[Wrapper]()
}

// Wrapper wraps another layer. It is the base of [SpectralNormalization] and of custom wrapper
// layers. Its input and output are those of Layer.
type Wrapper struct {
	Base

	Name  string `keras:"name"`
	Layer Module `keras:"layer,required"`
}

// Call returns the output of Layer.
func (w *Wrapper) Call(s *Scope, x *graph.Node) *graph.Node { return s.inner(w.Layer, x) }

// inner calls l, the layer wrapped by the current one.
func (s *Scope) inner(l Module, x *graph.Node) *graph.Node {
	if l == nil {
		graph.Errorf("Layer is nil")
	}
	return s.CallAll(l, x)[0]
}
