// Package activations has the functions that layers end with. Those without arguments are
// values, such as [ReLU]; the others are structs whose zero value has Keras' defaults, such
// as GELU{Approximate: true}. A function of one's own is a [Func].
package activations

import (
	"encoding/json"
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Activation maps a layer's output to a value of the same shape, most of them elementwise.
type Activation interface {
	Apply(x *graph.Node) *graph.Node
}

var family = config.NewFamily[Activation]("activation", "keras.activations")

// Parse returns the activation that Keras calls name, such as "relu", with its defaults.
// An unknown name is an error that tells the nearest ones.
func Parse(name string) (Activation, error) { return family.Parse(name) }

// Register makes an activation of one's own known to saved models, as a class
// "package>Name" of which make returns a zero value with Keras tags on its fields.
func Register(name string, make func() Activation) { family.Register(name, make) }

// Func is an activation of one's own. It cannot be saved; a registered struct can.
type Func func(x *graph.Node) *graph.Node

// Apply returns f(x).
func (f Func) Apply(x *graph.Node) *graph.Node { return f(x) }

// MarshalJSON says that a function cannot be saved.
func (f Func) MarshalJSON() ([]byte, error) {
	return nil, errors.New("an activation that is a Func cannot be saved; register a struct for it")
}

// A named activation has no arguments.
type named struct {
	name string
	f    func(x *graph.Node) *graph.Node
}

func (a *named) Apply(x *graph.Node) *graph.Node { return a.f(x) }
func (a *named) MarshalJSON() ([]byte, error)    { return json.Marshal(a.name) }
func (a *named) String() string                  { return a.name }

// name makes f the activation that the names stand for; it is written as the first.
func name(f func(x *graph.Node) *graph.Node, names ...string) Activation {
	a := &named{names[0], f}
	for _, n := range names {
		family.RegisterValue(n, a)
	}
	return a
}
