// Package layeraccess gives models, files and the golden tool what package layers keeps from
// its users, so that the documentation of layers is about layers. Package layers sets it as
// the program starts; who needs it asks once:
//
//	var access = layeraccess.Of[layers.Module, *layers.Value]()
//
// The types are parameters because this package is imported by layers.
package layeraccess

import (
	"encoding/json"
	"iter"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Access is what else package layers can do with a layer (Module) or a value of a model.
type Access[Module comparable, Value any] struct {
	// Path returns where l stands in its model; "" before the model was compiled.
	Path func(l Module) string
	// Frozen reports whether l is frozen now.
	Frozen func(l Module) bool
	// Children lists the layers that l is made of, in the order of their first call.
	Children func(l Module) []Module
	// Itself returns the layer that l is another way to call, else l.
	Itself func(l Module) Module

	// Variables lists the variables of l and of the layers it is made of, in Keras' order.
	Variables func(l Module) []*graph.Variable
	// OwnVariables lists those that l itself made, in the order of Keras' files.
	OwnVariables func(l Module) []*graph.Variable
	// States lists those in which l keeps states from run to run; they are not among Variables.
	States func(l Module) []*graph.Variable

	// ApplyAt is layers.Apply for a value written down at the given file:line.
	ApplyAt func(at string, l Module, vs ...Value) Value
	// Rewire returns values that are computed as vs, each layer replaced by what replace
	// returns for it. Inputs stay the same values.
	Rewire func(vs []Value, replace func(l Module) Module) []Value

	// InputCheck returns what checks the values of a batch that l is called with; nil: nothing.
	InputCheck func(l Module) func(x *tensor.Tensor) error
	// NeedsBatch reports whether l, whose output is of shape out, takes statistics of a batch
	// that one sample does not have.
	NeedsBatch func(l Module, out graph.Shape) bool
	// MixesLabels reports whether l mixes labels with the samples when it is given them.
	MixesLabels func(l Module) bool
	// AdaptEach has l, a layers.Adaptable, learn from batches that come one by one.
	AdaptEach func(l Module, batches iter.Seq2[*tensor.Tensor, error]) error
	// Quantizer returns what makes the layer that computes as l in bytes, given l's weight and
	// bias (nil if l has none); nil: l stays as it is.
	Quantizer func(l Module) func(weight, bias *tensor.Tensor) (Module, error)

	// FileClass returns the class of l in Keras' files.
	FileClass func(l Module) string
	// Attribute returns the name under which Keras' files keep the layer child of parent, and
	// the list it is in, if it is in one.
	Attribute func(parent, child Module) (list, name string)
	// CallForm returns how Keras takes a call of l with inputs of the given types.
	CallForm func(l Module, in ...graph.DType) CallForm
	// SetCallArgument sets what Keras passes to the call of l and what is a field of the layer
	// here. It returns the layer to call: l, or another way to call it.
	SetCallArgument func(l Module, name string, raw json.RawMessage) (Module, error)
	// MakesMask reports whether l makes a mask of the values that it is called with.
	MakesMask func(l Module) bool
	// LoRAScale returns the factor of what low-rank adaptation adds to a weight of l.
	LoRAScale func(l Module) float64
}

// A CallForm is how Keras takes what a layer is called with here.
type CallForm struct {
	Places    []int            // the inputs that are arguments by place
	List      bool             // they are one argument, a list
	Named     map[string][]int // the inputs that are arguments by name; several are a list
	Constants map[string]any   // arguments by name that are fields of the layer here
}

var given any // *Access of the types of package layers

// Set is called by package layers as it starts.
func Set[Module comparable, Value any](a *Access[Module, Value]) { given = a }

// Of returns what package layers has set, by its types.
func Of[Module comparable, Value any]() *Access[Module, Value] { return given.(*Access[Module, Value]) }
