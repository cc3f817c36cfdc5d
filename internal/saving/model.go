// Package saving translates between models and Keras' files: a model's layers to and from
// JSON, the arguments of compile likewise, and variables to and from the places where a file
// has them. The formats themselves, bytes and archives, are in [saving/format].
//
// It knows layers but not the package models: what it reads or writes is described by [Model].
package saving

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// A Model describes a model to be written, or one that was read.
type Model struct {
	Name   string
	Frozen bool
	Policy *layers.Policy // nil: none of its own

	Sequence        []layers.Layer  // of a Sequential model; nil in a Functional one
	Inputs, Outputs []*layers.Value // of a Sequential that was read, the inputs alone

	// What follows is known of a model to be written, not of one that was read.
	InputNames []string
	Calls      []*layers.Call  // in Keras' order
	Layers     []layers.Module // each once, in Keras' order
	Vars       []*graph.Variable
	FrozenVars map[*graph.Variable]bool // those of frozen layers
	// Nested describes a layer that is a model itself, and returns nil for any other.
	Nested func(layers.Module) *Model
	// Sample returns the shape and type that a sample of result i of a call has.
	Sample func(c *layers.Call, i int) (graph.Shape, graph.DType)
}

// Class returns Keras' class of the model.
func (m *Model) Class() string {
	if m.Sequence != nil {
		return "Sequential"
	}
	return "Functional"
}

// NameOf returns the name that a layer has in its model: its Name, or the last part of its
// path.
func NameOf(l layers.Module) string {
	if n := config.NameOf(l); n != "" {
		return n
	}
	path := access.Path(l)
	for i := len(path) - 1; i >= 0; i-- {
		if path[i] == '/' {
			return path[i+1:]
		}
	}
	return path
}

// LayerOf identifies the layer of a call; a Map and an input are their own.
func LayerOf(c *layers.Call) any {
	if c.Layer != nil {
		return access.Itself(c.Layer)
	}
	return c
}
