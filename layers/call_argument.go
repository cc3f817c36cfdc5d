package layers

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/internal/config"
)

// callArguments is a layer that has, as fields, what Keras passes at the call.
type callArguments interface {
	setCallArgument(name string, raw json.RawMessage) (known bool, err error)
}

// SetCallArgument sets what Keras passes to a layer's call, such as use_causal_mask, and
// what is a field of the layer here.
func SetCallArgument(l Stateful, name string, raw json.RawMessage) error {
	if c, ok := l.(callArguments); ok {
		known, err := c.setCallArgument(name, raw)
		if known || err != nil {
			return err
		}
	}
	return fmt.Errorf("%s takes no argument %q at its call", config.ClassOf(l), name)
}
