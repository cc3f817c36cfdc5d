// Package layeraccess gives models, files and the golden tool access to internals of package
// layers without exporting them there. Package layers sets the functions during initialization;
// other packages get them once:
//
//	var access = layeraccess.Of[layers.Module, *layers.Value]()
//
// The types are parameters because package layers imports this package.
package layeraccess

import (
	"encoding/json"
	"iter"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Access holds internal operations of package layers on a layer (Module) or a value of a model.
type Access[Module comparable, Value any] struct {
	// Path returns the path of l in its model; "" before the model is compiled.
	Path func(l Module) string
	// Frozen reports whether l is frozen now.
	Frozen func(l Module) bool
	// Children lists the sublayers of l in the order of their first call.
	Children func(l Module) []Module
	// Itself returns the layer for which l is an alternative form of call, else l.
	Itself func(l Module) Module

	// Variables lists the variables of l and its sublayers, in Keras' order.
	Variables func(l Module) []*graph.Variable
	// OwnVariables lists the variables that l itself created, in the order of Keras' files.
	OwnVariables func(l Module) []*graph.Variable
	// States lists the variables in which l keeps state between runs; Variables does not include
	// them.
	States func(l Module) []*graph.Variable

	// ApplyAt is layers.Apply for a value created at the given file:line.
	ApplyAt func(at string, l Module, vs ...Value) Value
	// Rewire returns values computed like vs, with each layer replaced by the result of replace.
	// Inputs stay the same values.
	Rewire func(vs []Value, replace func(l Module) Module) []Value

	// InputCheck returns a function that checks the values of an input batch of l; nil: no check.
	InputCheck func(l Module) func(x *tensor.Tensor) error
	// NeedsBatch reports whether l, whose output shape is out, computes batch statistics that a
	// single sample does not have.
	NeedsBatch func(l Module, out graph.Shape) bool
	// MixesLabels reports whether l mixes labels along with samples if it receives labels.
	MixesLabels func(l Module) bool
	// AdaptEach adapts l, a layers.Adaptable, to a sequence of batches.
	AdaptEach func(l Module, batches iter.Seq2[*tensor.Tensor, error]) error
	// Quantizer returns a function that creates the int8 version of l from l's weight and bias
	// (nil if l has none); nil: l is not quantized.
	Quantizer func(l Module) func(weight, bias *tensor.Tensor) (Module, error)

	// FileClass returns the class of l in Keras' files.
	FileClass func(l Module) string
	// Attribute returns the name under which Keras' files store the layer child of parent, and the
	// list that contains it, if any.
	Attribute func(parent, child Module) (list, name string)
	// CallForm returns the form in which Keras calls l with inputs of the given dtypes.
	CallForm func(l Module, in ...graph.DType) CallForm
	// SetCallArgument sets a call argument of Keras that is a field of the layer here. It returns
	// the layer to call: l, or an alternative form of it.
	SetCallArgument func(l Module, name string, raw json.RawMessage) (Module, error)
	// MakesMask reports whether l computes a mask from its inputs.
	MakesMask func(l Module) bool
	// LoRAScale returns the scale of the low-rank update of a weight of l.
	LoRAScale func(l Module) float64
}

// A CallForm is the form in which Keras passes the inputs of a layer.
type CallForm struct {
	Places    []int            // the inputs passed as positional arguments
	List      bool             // they are passed as one list
	Named     map[string][]int // the inputs passed as keyword arguments; several form a list
	Constants map[string]any   // keyword arguments that are fields of the layer here
}

var given any // an *Access with the types of package layers

// Set is called by package layers during initialization.
func Set[Module comparable, Value any](a *Access[Module, Value]) { given = a }

// Of returns the Access set by package layers, as its types.
func Of[Module comparable, Value any]() *Access[Module, Value] { return given.(*Access[Module, Value]) }
