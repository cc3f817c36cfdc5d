package layers

import (
	"github.com/rhyton/rhyton/internal/config"
)

var family = config.NewFamily[Module]("layer", "keras.layers")

// Register registers a layer class for loading from files: name is "package>Class" for a custom
// class, and make returns a zero layer. It panics if the name is already registered; call it in
// an init function.
func Register(name string, make func() Module) { family.Register(name, make) }

// Names returns the names of the registered layer classes, sorted.
func Names() []string { return family.Names() }

// FromJSON returns the layer written by Keras' serialize_keras_object, without weights. The error
// for an unknown class or argument names it.
func FromJSON(data []byte) (Module, error) { return config.Unmarshal[Module](data) }

// ToJSON returns a layer's configuration as written by Keras' serialize_keras_object.
func ToJSON(l Module) ([]byte, error) { return config.Marshal(l) }

// register registers a class of this package under its Go name.
func register[T any, P interface {
	*T
	Module
}]() {
	registerOf[T, P]("")
}

// registerOf is like register, for a class that is in another Keras module.
func registerOf[T any, P interface {
	*T
	Module
}](module string) {
	family.RegisterOf(module, config.ClassOf(new(T)), func() Module { return P(new(T)) })
}
