package saving

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// upgradeCalls converts the calls of a functional model's layers from the lists of Keras 2,
//
//	[["dense", 0, 0, {"mask": null}], ["dense_1", 0, 0, {}]]
//
// to the arguments of Keras 3. A value is identified by a layer, the index of the call of that
// layer, and the index of the result of that call.
func upgradeCalls(all []jsonObject) error {
	c := callUpgrader{created: map[string]int{}}
	for _, l := range all {
		c.count(l)
	}
	for _, l := range all {
		nodes, _ := l["inbound_nodes"].([]any)
		for i, n := range nodes {
			if _, new := n.(jsonObject); new && configless(n) {
				continue
			}
			call, err := c.call(n)
			if err != nil {
				return fmt.Errorf("%s: call %d: %w", nameIn(l, classIn(l)), i, err)
			}
			nodes[i] = call
		}
	}
	return nil
}

// configless reports whether a call is already in the form of Keras 3.
func configless(n any) bool {
	o, _ := n.(jsonObject)
	_, args := o["args"]
	_, kwargs := o["kwargs"]
	return args && kwargs
}

// A callUpgrader holds the offsets of the call indices of nested models: Keras 2 counts the call
// that created a model as its first call, which is not in the file.
type callUpgrader struct{ created map[string]int }

func (c *callUpgrader) count(l jsonObject) {
	name, _ := l["name"].(string)
	if !modelClasses[classIn(l)] {
		return
	}
	conf := configIn(l)
	list, _ := conf["layers"].([]any)
	if old, ok := l["config"].([]any); ok {
		list = old
	}
	if len(list) == 0 {
		return
	}
	first, _ := list[0].(jsonObject)
	if shape, _ := inputOf(first); classIn(l) != "Sequential" || classIn(first) == "InputLayer" || shape != nil {
		c.created[name] = 1
	}
}

// call returns a call in the form of Keras 3: the inputs are the first argument, as a list if
// there are several.
func (c *callUpgrader) call(n any) (jsonObject, error) {
	kwargs := jsonObject{}
	first, err := c.inputs(n, kwargs)
	if err != nil {
		return nil, err
	}
	if list, ok := first.([]any); ok && len(list) == 1 {
		first = list[0]
	}
	return jsonObject{"args": []any{first}, "kwargs": kwargs}, nil
}

// inputs replaces the values in v, and collects the keyword arguments stored with them.
func (c *callUpgrader) inputs(v any, kwargs jsonObject) (any, error) {
	switch v := v.(type) {
	case jsonObject: // by name; Keras sorts the names
		var list []any
		for _, name := range slices.Sorted(maps.Keys(v)) {
			list = append(list, v[name])
		}
		return c.inputs(list, kwargs)
	case []any:
		if len(v) == 4 {
			if more, ok := v[3].(jsonObject); ok {
				for name, x := range more {
					kwargs[name] = c.argument(x)
				}
				v = v[:3]
			}
		}
		if t := c.tensor(v); t != nil {
			return t, nil
		}
		out := make([]any, len(v))
		for i, item := range v {
			var err error
			if out[i], err = c.inputs(item, kwargs); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return nil, fmt.Errorf("%v is not a value of the model: want [layer, call, result]", v)
}

// argument replaces the values in a keyword argument.
func (c *callUpgrader) argument(v any) any {
	list, ok := v.([]any)
	if !ok {
		return v
	}
	if t := c.tensor(list); t != nil {
		return t
	}
	if len(list) == 3 && list[0] == "_CONSTANT_VALUE" {
		return list[2]
	}
	out := make([]any, len(list))
	for i, item := range list {
		out[i] = c.argument(item)
	}
	return out
}

// tensor returns [layer, call, result] in the form of a Keras 3 value, nil if v does not have this
// form.
func (c *callUpgrader) tensor(v []any) any {
	if len(v) != 3 {
		return nil
	}
	name, ok := v[0].(string)
	node, isNumber := v[1].(json.Number)
	result, isNumber2 := v[2].(json.Number)
	if !ok || !isNumber || !isNumber2 || name == "_CONSTANT_VALUE" {
		return nil
	}
	n, err := node.Int64()
	if err != nil {
		return nil
	}
	if n -= int64(c.created[name]); n < 0 {
		n = 0
	}
	return jsonObject{"class_name": "__keras_tensor__", "config": jsonObject{"keras_history": []any{name, n, result}}}
}
