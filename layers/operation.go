package layers

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/internal/kerasops"
)

// An Operation is a function of keras.ops that stands between layers: what Keras writes into a
// Functional model's file for x * 2, ops.mean(x, axis=1) or x[:, 0]. It is applied by [Apply]. In
// your own programs use [Value.Map], a layer or package ops instead; an Operation has the
// advantage that it can be saved.
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
func (o *Operation) bind() (kerasops.Function, map[string]any, error) {
	f, known := kerasops.Classes[o.Class]
	if !known {
		names := slices.Sorted(maps.Keys(kerasops.Classes))
		return f, nil, fmt.Errorf("unknown operation %q%s", o.Class, config.Suggest(o.Class, names))
	}
	call := f.CallArguments()
	bound, err := kerasops.ByName(call, o.Args)
	if err != nil {
		return f, nil, fmt.Errorf("%s %w", o.Class, err)
	}
	for _, given := range []struct {
		values map[string]any
		known  []string
	}{{o.Config, append(strings.Fields(f.Config), "name")}, {o.Kwargs, call}} {
		for name, v := range given.values {
			if !slices.Contains(given.known, name) && v != nil {
				return f, nil, fmt.Errorf("%s: argument %q is not known here; there are %s", o.Class, name, strings.Join(append(call, strings.Fields(f.Config)...), ", "))
			}
			if v != nil {
				bound[name] = v
			}
		}
	}
	return f, bound, nil
}

// CallAll returns the operation's results for its inputs.
func (o *Operation) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	f, bound, err := o.bind()
	if err != nil {
		graph.Errorf("%v", err)
	}
	values := make([]any, len(in))
	for i, x := range in {
		values[i] = x
	}
	for name, v := range bound {
		checkOperands(v, len(in))
		bound[name] = filledIn(v, values)
	}
	return f.Apply(&kerasops.Args{Graph: s.Graph(), Values: bound, In: in})
}

// checkOperands reports an Operand in v that stands for none of n inputs.
func checkOperands(v any, n int) {
	switch v := v.(type) {
	case Operand:
		if int(v) >= n || v < 0 {
			graph.Errorf("want input %d; %d were given", v, n)
		}
	case []any:
		for _, item := range v {
			checkOperands(item, n)
		}
	}
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
