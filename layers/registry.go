package layers

import (
	"github.com/rhyton/rhyton/internal/config"
)

var family = config.NewFamily[Module]("layer", "keras.layers")

// Register makes a layer class known to files: name is "package>Class" for a class of one's
// own, and make returns a zero layer. A name taken twice panics; call it in an init.
func Register(name string, make func() Module) { family.Register(name, make) }

// Names lists the registered layer classes in order.
func Names() []string { return family.Names() }

// FromJSON returns the layer that Keras' serialize_keras_object wrote, without weights.
// Unknown classes and arguments are errors that name them.
func FromJSON(data []byte) (Module, error) { return config.Unmarshal[Module](data) }

// ToJSON writes a layer's configuration as Keras' serialize_keras_object does.
func ToJSON(l Module) ([]byte, error) { return config.Marshal(l) }

// register makes a class of this package known under its own name.
func register[T any, P interface {
	*T
	Module
}]() {
	registerOf[T, P]("")
}

// registerOf is register for a class that Keras has in another module.
func registerOf[T any, P interface {
	*T
	Module
}](module string) {
	family.RegisterOf(module, config.ClassOf(new(T)), func() Module { return P(new(T)) })
}
