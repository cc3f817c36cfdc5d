package layers

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
)

// callArguments is a layer that stores Keras' call arguments in its fields.
type callArguments interface {
	setCallArgument(name string, raw json.RawMessage) (known bool, err error)
}

// setCallArgument sets an argument that Keras passes to the call of a layer, such as
// use_causal_mask, and that is a field of the layer here. It returns the layer to call: l, or a
// variant of it such as [ReversibleEmbedding.Reverse].
func setCallArgument(l Module, name string, raw json.RawMessage) (Module, error) {
	if e, ok := l.(*ReversibleEmbedding); ok && name == "reverse" && string(raw) == "true" {
		return e.Reverse(), nil
	}
	if c, ok := l.(callArguments); ok {
		known, err := c.setCallArgument(name, raw)
		if known || err != nil {
			return l, err
		}
	}
	return nil, fmt.Errorf("%s takes no argument %q at its call", config.ClassOf(l), name)
}
