// Package saving converts between models and Keras' files: a model's layers and the arguments of
// compile to and from JSON, and variables to and from their places in a file. The file formats
// themselves, bytes and archives, are in [saving/format].
//
// It depends on layers but not on the package models: [Model] describes the model to be written or
// read.
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
	Policy *layers.Policy // nil: the default

	Sequence        []layers.Layer  // of a Sequential model; nil for a Functional one
	Inputs, Outputs []*layers.Value // for a Sequential model that was read, only the inputs

	// The fields below are set for a model to be written, not for one that was read.
	InputNames []string
	Calls      []*layers.Call  // in Keras' order
	Layers     []layers.Module // each once, in Keras' order
	Vars       []*graph.Variable
	FrozenVars map[*graph.Variable]bool // variables of frozen layers
	// Nested describes a layer that is a model, and returns nil for any other.
	Nested func(layers.Module) *Model
	// Sample returns the shape and dtype of a sample of result i of a call.
	Sample func(c *layers.Call, i int) (graph.Shape, graph.DType)
}

// Class returns Keras' class of the model.
func (m *Model) Class() string {
	if m.Sequence != nil {
		return "Sequential"
	}
	return "Functional"
}

// NameOf returns the name of a layer in its model: its Name, or the last part of its path.
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

// LayerOf identifies the layer of a call; a Map or an input is identified by its call.
func LayerOf(c *layers.Call) any {
	if c.Layer != nil {
		return access.Itself(c.Layer)
	}
	return c
}
