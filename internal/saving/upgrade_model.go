package saving

import "fmt"

// modelClasses is the set of model classes.
var modelClasses = map[string]bool{"Sequential": true, "Functional": true, "Model": true}

// model upgrades the form of a model, and reports whether o is one. It does not upgrade the
// layers.
func (u upgrader) model(o jsonObject) (bool, error) {
	class := classIn(o)
	if !modelClasses[class] {
		return false, nil
	}
	if list, old := o["config"].([]any); old && class == "Sequential" { // Keras 2.0 to 2.2.2
		o["config"] = jsonObject{"name": "sequential", "layers": list}
	}
	conf := configIn(o)
	list, _ := conf["layers"].([]any)
	if list == nil || !u.version.before(keras3[0], keras3[1]) {
		return list != nil, nil
	}
	all := make([]jsonObject, len(list))
	for i, item := range list {
		l, ok := item.(jsonObject)
		if !ok {
			return true, fmt.Errorf("%s: layer %d is %v; want an object", nameIn(o, class), i, item)
		}
		all[i] = l
	}
	if class == "Sequential" {
		conf["layers"] = withInput(o, all, list)
		return true, nil
	}
	return true, upgradeCalls(all)
}

// withInput returns the layers of a Sequential model with an InputLayer in front. Keras 2 stores
// the shape in the first layer or, if it was inferred from data, in the model.
func withInput(o jsonObject, all []jsonObject, list []any) []any {
	if len(all) == 0 || classIn(all[0]) == "InputLayer" {
		return list
	}
	shape, dtype := inputOf(all[0])
	if shape == nil {
		shape, _ = configIn(o)["build_input_shape"].([]any)
	}
	if build, _ := o["build_config"].(jsonObject); shape == nil && build != nil {
		shape, _ = build["input_shape"].([]any)
	}
	if shape == nil {
		return list
	}
	input := jsonObject{"class_name": "InputLayer", "config": jsonObject{"batch_shape": shape, "dtype": dtype, "name": "input"}}
	return append([]any{input}, list...)
}

// inputOf returns the shape, including the batch axis, and the dtype of the input of a Sequential
// model's first layer; nil if the layer does not specify it.
func inputOf(first jsonObject) (shape []any, dtype string) {
	conf := configIn(first)
	for _, name := range []string{"batch_input_shape", "batch_shape"} {
		if shape, _ = conf[name].([]any); shape != nil {
			dtype, _ = conf["dtype"].(string)
			break
		}
	}
	list, _ := conf["layers"].([]any)
	if shape == nil && modelClasses[classIn(first)] && len(list) > 0 {
		if inner, _ := list[0].(jsonObject); inner != nil {
			return inputOf(inner)
		}
	}
	if dtype == "" {
		dtype = "float32"
	}
	return shape, dtype
}
