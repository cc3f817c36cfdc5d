package golden

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/kerasops"
	"github.com/rhyton/rhyton/tensor"
)

// opArgs are the arguments of a call of keras.ops, by name; arrays among them are represented by
// arrayArg.
type opArgs map[string]any

// An arrayArg is the index of an array among the arguments.
type arrayArg int

// decodeArgs returns the arguments of f and the arrays among them, in order.
func decodeArgs(f kerasops.Function, args []json.RawMessage, kwargs map[string]json.RawMessage) (opArgs, []*tensor.Tensor, error) {
	var arrays []*tensor.Tensor
	var byPlace []any
	for _, raw := range args {
		v, err := decodeArg(raw, &arrays)
		if err != nil {
			return nil, nil, err
		}
		byPlace = append(byPlace, v)
	}
	bound, err := kerasops.ByName(f.Arguments(), byPlace)
	if err != nil {
		return nil, nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(kwargs)) {
		if bound[name], err = decodeArg(kwargs[name], &arrays); err != nil {
			return nil, nil, err
		}
	}
	return bound, arrays, nil
}

func decodeArg(raw json.RawMessage, arrays *[]*tensor.Tensor) (any, error) {
	switch raw = bytes.TrimSpace(raw); {
	case bytes.HasPrefix(raw, []byte("{")):
		var t Array
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		*arrays = append(*arrays, t.Tensor)
		return arrayArg(len(*arrays) - 1), nil
	case bytes.HasPrefix(raw, []byte("[")):
		var items []json.RawMessage
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, err
		}
		list := make([]any, len(items))
		for i, item := range items {
			v, err := decodeArg(item, arrays)
			if err != nil {
				return nil, err
			}
			list[i] = v
		}
		return list, nil
	}
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err
}

// in returns the arguments with the arrays replaced by nodes of g, whose values are known.
func (a opArgs) in(g *graph.Graph, nodes []*graph.Node, arrays []*tensor.Tensor) *kerasops.Args {
	args := &kerasops.Args{Graph: g, In: nodes, Values: map[string]any{}, Known: map[*graph.Node]*tensor.Tensor{}}
	for i, n := range nodes {
		args.Known[n] = arrays[i]
	}
	for name, v := range a {
		args.Values[name] = withNodes(v, nodes)
	}
	return args
}

func withNodes(v any, nodes []*graph.Node) any {
	switch v := v.(type) {
	case arrayArg:
		return nodes[v]
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			list[i] = withNodes(item, nodes)
		}
		return list
	}
	return v
}
