// Package layers provides the layers, the scope in which they compute, and the values that
// connect them to models. A layer is a configuration struct, used through a pointer; the pointer
// is its identity, and applying one twice shares its weights.
package layers

//go:generate go run ../internal/tools/ranks

import (
	"github.com/rhyton/rhyton/graph"
)

// A Layer maps one value to one. A struct that embeds [Base] and has Call is one; its
// weights are asked of the scope.
type Layer interface {
	// Call returns the layer's output for x as new nodes of x's graph. Misuse panics by
	// graph.Errorf and is reported with the layer's name and source line.
	Call(s *Scope, x *graph.Node) *graph.Node
	Module
}

// A Merger maps several values to one; it is applied by [Apply].
type Merger interface {
	Merge(s *Scope, xs ...*graph.Node) *graph.Node
	Module
}

// A MultiIO maps values to values: a recurrent layer that takes and returns states, a model
// of several outputs. It is applied by [Apply]; [Value.Output] tells its results apart.
type MultiIO interface {
	CallAll(s *Scope, xs []*graph.Node) []*graph.Node
	Module
}

// Module is what embeds a [Base].
type Module interface{ state() *Base }

// A Masker is a layer that says what mask its output has. The mask of a layer that isn't
// one ends there.
type Masker interface {
	// Mask returns the mask of the output for inputs in, nil for none.
	Mask(s *Scope, in []*graph.Node) *graph.Node
}

// PassMask, embedded, makes a layer's output keep the mask of its first input.
type PassMask struct{}

// Mask returns the mask of the first input.
func (PassMask) Mask(s *Scope, in []*graph.Node) *graph.Node { return s.Mask(in[0]) }

// call applies any kind of layer to its inputs.
func call(l Module, s *Scope, in []*graph.Node) []*graph.Node {
	switch l := l.(type) {
	case MultiIO:
		return l.CallAll(s, in)
	case Merger:
		if _, also := l.(Layer); !also || len(in) != 1 {
			return []*graph.Node{l.Merge(s, in...)}
		}
	}
	if l, ok := l.(Layer); ok {
		if len(in) != 1 {
			graph.Errorf("takes one input, %d were given", len(in))
		}
		return []*graph.Node{l.Call(s, in[0])}
	}
	graph.Errorf("%T has no Call, Merge or CallAll", l)
	return nil
}
