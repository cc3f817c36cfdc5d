// Package layers provides the layers, the scope in which they compute, and the values that
// connect them to models. A layer is a configuration struct used through a pointer. The pointer
// is its identity: applying the same layer twice shares its weights.
package layers

//go:generate go run ../internal/tools/ranks

import (
	"github.com/rhyton/rhyton/graph"
)

// A Layer maps one value to one value. A struct that embeds [Base] and has a Call method is a
// Layer; it gets its weights from the scope.
type Layer interface {
	// Call returns the layer's output for x as new nodes in the graph of x. It reports misuse
	// by panicking with graph.Errorf; the error message includes the layer's name and source
	// line.
	Call(s *Scope, x *graph.Node) *graph.Node
	Module
}

// A Merger maps several values to one. Apply it with [Apply].
type Merger interface {
	Merge(s *Scope, xs ...*graph.Node) *graph.Node
	Module
}

// A MultiIO maps several values to several values, such as a recurrent layer with states or a
// model with several outputs. Apply it with [Apply]; [Value.Output] selects one of the results.
type MultiIO interface {
	CallAll(s *Scope, xs []*graph.Node) []*graph.Node
	Module
}

// Module is implemented by types that embed [Base].
type Module interface{ state() *Base }

// A Masker is a layer that defines the mask of its output. The output of any other layer has no
// mask.
type Masker interface {
	// Mask returns the mask of the output for inputs in, or nil for no mask.
	Mask(s *Scope, in []*graph.Node) *graph.Node
}

// PassMask is embedded in layers whose output has the mask of their first input.
type PassMask struct{}

// Mask returns the mask of the first input.
func (PassMask) Mask(s *Scope, in []*graph.Node) *graph.Node { return s.Mask(in[0]) }

// call applies a layer of any kind to its inputs.
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
