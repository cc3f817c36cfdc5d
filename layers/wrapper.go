package layers

import "github.com/rhyton/rhyton/graph"

func init() {
	register[Wrapper]()
}

// Wrapper applies another layer. It is the basis of [SpectralNormalization] and of custom layers
// that wrap a layer. Input and output are those of Layer.
type Wrapper struct {
	Base

	Name  string `keras:"name"`
	Layer Module `keras:"layer,required"`
}

// Call returns the output of Layer.
func (w *Wrapper) Call(s *Scope, x *graph.Node) *graph.Node { return s.inner(w.Layer, x) }

// inner calls the layer that the current one wraps.
func (s *Scope) inner(l Module, x *graph.Node) *graph.Node {
	if l == nil {
		graph.Errorf("Layer is nil")
	}
	return s.CallAll(l, x)[0]
}
