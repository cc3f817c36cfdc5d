// Package activations provides the activation functions of layers. Functions without arguments
// are values, such as [ReLU]. The others are structs whose zero value has the Keras defaults,
// such as GELU{Approximate: true}. A custom function is a [Func].
package activations

import (
	"encoding/json"
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Activation maps a layer's output to a value of the same shape, usually elementwise.
type Activation interface {
	Apply(x *graph.Node) *graph.Node
}

var family = config.NewFamily[Activation]("activation", "keras.activations")

// Parse returns the activation with the given Keras name, such as "relu", with its defaults. For
// an unknown name the error suggests similar names.
func Parse(name string) (Activation, error) { return family.Parse(name) }

// Register registers a custom activation for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Activation) { family.Register(name, make) }

// Func is a custom activation. It cannot be saved; a registered struct can.
type Func func(x *graph.Node) *graph.Node

// Apply returns f(x).
func (f Func) Apply(x *graph.Node) *graph.Node { return f(x) }

// MarshalJSON returns an error: a function cannot be saved.
func (f Func) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an activation that is a Func cannot be saved; register a struct for it")
}

// A named is an activation without arguments.
type named struct {
	name string
	f    func(x *graph.Node) *graph.Node
}

func (a *named) Apply(x *graph.Node) *graph.Node { return a.f(x) }
func (a *named) MarshalJSON() ([]byte, error)    { return json.Marshal(a.name) }
func (a *named) String() string                  { return a.name }

// name registers f under the given names; it is saved under the first one.
func name(f func(x *graph.Node) *graph.Node, names ...string) Activation {
	a := &named{names[0], f}
	for _, n := range names {
		family.RegisterValue(n, a)
	}
	return a
}
