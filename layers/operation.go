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

// An Operation is a keras.ops function between layers: what Keras writes to the file of a
// Functional model for x * 2, ops.mean(x, axis=1) or x[:, 0]. Use it with [Apply]. In your own
// programs, prefer [Value.Map], a layer or package ops; an Operation, however, can be saved.
//
// Inputs: as referenced by Args and Kwargs, of any shape and type; they are not cast to the
// compute type of the layer. Output: the result of the function, several values for Split,
// Unstack and TopK. Masks are not propagated, as in Keras 3. Unknown classes and arguments are
// errors.
type Operation struct {
	Base

	Name   string
	Module string         // module of Class; "": keras.src.ops.numpy
	Class  string         // Keras class of the function: Multiply, Mean, GetItem, …
	Config map[string]any // constructor arguments of the class: {"axis": 1, "keepdims": true}
	// Args and Kwargs are the positional and keyword arguments of the call. Each is an
	// [Operand], a number, a list, or a constant as in Keras' JSON.
	Args   []any
	Kwargs map[string]any
}

// An Operand is a reference to an input in the arguments of an [Operation]: Operand(0) is the
// first value that the operation is applied to.
type Operand int

// Check reports an unknown class or argument.
func (o *Operation) Check() error {
	_, _, err := o.bind()
	return err
}

// bind matches the arguments to their names.
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

// checkOperands panics if v contains an Operand outside the n inputs.
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

// keepsTypes marks a layer whose inputs are not cast.
func (*Operation) keepsTypes() {}

// KerasClass returns Class.
func (o *Operation) KerasClass() string { return o.Class }

// MarshalJSON writes the operation as Keras' serialize_keras_object does, without the arguments
// of its call; for those, see [Operation.Arguments].
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

// Arguments returns Args and Kwargs with each Operand k replaced by values[k].
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
