package layers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
)

// An Operation is a function of keras.ops that stands between layers: what Keras writes into
// a Functional model's file for x * 2, ops.mean(x, axis=1) or x[:, 0]. It is applied by
// [Apply]. A program of one's own says the same with [Value.Map], a layer or package ops; an
// Operation has the advantage that it can be saved.
//
// Inputs: what Args and Kwargs tell, of any shapes and types; they are not cast to the type
// that layers compute in. Output: what the function gives, several for Split, Unstack and
// TopK; a mask ends here, as in Keras 3. An unknown class or argument is an error.
type Operation struct {
	Base

	Name   string
	Module string         // of Class; "" for keras.src.ops.numpy
	Class  string         // Keras' class behind the function: Multiply, Mean, GetItem, …
	Config map[string]any // arguments of the class: {"axis": 1, "keepdims": true}
	// Args and Kwargs are what the function is called with, by place and by name: an
	// [Operand], a number, a list, or a constant as Keras' JSON has it.
	Args   []any
	Kwargs map[string]any
}

// An Operand stands for an input among the arguments of an [Operation]: 0 for the first value
// it is applied to.
type Operand int

// Check reports an unknown class or argument.
func (o *Operation) Check() error {
	_, _, err := o.bind()
	return err
}

// bind gives the arguments their names.
func (o *Operation) bind() (operation, map[string]any, error) {
	op, known := operations[o.Class]
	if !known {
		names := slices.Sorted(maps.Keys(operations))
		return op, nil, fmt.Errorf("unknown operation %q%s", o.Class, config.Suggest(o.Class, names))
	}
	call, conf := strings.Fields(op.call), strings.Fields(op.config)
	bound := map[string]any{}
	if slices.Equal(call, []string{"*operands"}) {
		bound[call[0]] = o.Args
	} else if len(o.Args) > len(call) {
		return op, nil, fmt.Errorf("%s takes %d arguments (%s), not %d", o.Class, len(call), strings.Join(call, ", "), len(o.Args))
	} else {
		for i, v := range o.Args {
			bound[call[i]] = v
		}
	}
	for _, given := range []struct {
		values map[string]any
		known  []string
	}{{o.Config, append(conf, "name")}, {o.Kwargs, call}} {
		for name, v := range given.values {
			if !slices.Contains(given.known, name) && v != nil {
				return op, nil, fmt.Errorf("%s: argument %q is not known here; there are %s", o.Class, name, strings.Join(append(call, conf...), ", "))
			}
			if v != nil {
				bound[name] = v
			}
		}
	}
	return op, bound, nil
}

// CallAll returns the operation's results for its inputs.
func (o *Operation) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	op, bound, err := o.bind()
	if err != nil {
		graph.Errorf("%v", err)
	}
	return op.apply(&operands{values: bound, in: in, graph: s.Graph()})
}

// keepsTypes: a function takes values as they are.
func (*Operation) keepsTypes() {}

// KerasClass returns Class.
func (o *Operation) KerasClass() string { return o.Class }

// MarshalJSON writes the operation as Keras' serialize_keras_object does, without the
// arguments of its call; [Operation.Arguments] are those.
func (o *Operation) MarshalJSON() ([]byte, error) {
	module := o.Module
	if module == "" {
		module = "keras.src.ops.numpy"
	}
	conf := map[string]any{}
	maps.Copy(conf, o.Config)
	conf["name"] = o.Name
	return json.Marshal(map[string]any{"module": module, "class_name": o.Class, "config": conf, "registered_name": o.Class})
}

// Arguments returns Args and Kwargs with values[k] in the place of Operand k.
func (o *Operation) Arguments(values []any) (args []any, kwargs map[string]any) {
	kwargs = map[string]any{}
	for name, v := range o.Kwargs {
		kwargs[name] = filledIn(v, values)
	}
	args, _ = filledIn(o.Args, values).([]any)
	return args, kwargs
}

func filledIn(v any, values []any) any {
	switch v := v.(type) {
	case Operand:
		if v < 0 || int(v) >= len(values) { // reported by CallAll
			return nil
		}
		return values[v]
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = filledIn(item, values)
		}
		return out
	}
	return v
}
