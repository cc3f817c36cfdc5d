package golden

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// opArgs are the arguments of one call of keras.ops. An argument is found by its place, or
// by its name where the place is not given; a place below 0 means by name alone.
type opArgs struct {
	pos   []any
	named map[string]any
	graph *graph.Graph
	nodes []*graph.Node // of the array arguments in order
}

// An arrayArg is the argument that is array number index.
type arrayArg struct {
	index int
	value *tensor.Tensor
}

// decodeArgs returns the arguments, and the arrays among them in order.
func decodeArgs(args []json.RawMessage, kwargs map[string]json.RawMessage) (opArgs, []*tensor.Tensor, error) {
	a := opArgs{named: map[string]any{}}
	var arrays []*tensor.Tensor
	for _, raw := range args {
		v, err := decodeArg(raw, &arrays)
		if err != nil {
			return a, nil, err
		}
		a.pos = append(a.pos, v)
	}
	var names []string
	for k := range kwargs {
		names = append(names, k)
	}
	slices.Sort(names)
	for _, k := range names {
		v, err := decodeArg(kwargs[k], &arrays)
		if err != nil {
			return a, nil, err
		}
		a.named[k] = v
	}
	return a, arrays, nil
}

func decodeArg(raw json.RawMessage, arrays *[]*tensor.Tensor) (any, error) {
	switch raw = bytes.TrimSpace(raw); {
	case bytes.HasPrefix(raw, []byte("{")):
		var t Array
		if err := json.Unmarshal(raw, &t); err != nil {
			return nil, err
		}
		*arrays = append(*arrays, t.Tensor)
		return arrayArg{len(*arrays) - 1, t.Tensor}, nil
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
	err := json.Unmarshal(raw, &v)
	return v, err
}

// get returns an argument, nil if it is absent or None.
func (a *opArgs) get(i int, name string) any {
	if i >= 0 && i < len(a.pos) {
		return a.pos[i]
	}
	return a.named[name]
}

// wrong reports an argument of a form that the table does not know.
func (a *opArgs) wrong(name string, v any) {
	graph.Errorf("argument %s: %v of type %T", name, v, v)
}

// x returns an array argument.
func (a *opArgs) x(i int, name string) *graph.Node {
	v, ok := a.get(i, name).(arrayArg)
	if !ok {
		a.wrong(name, a.get(i, name))
	}
	return a.nodes[v.index]
}

// maybe returns an array argument, nil if it is absent.
func (a *opArgs) maybe(i int, name string) *graph.Node {
	if a.get(i, name) == nil {
		return nil
	}
	return a.x(i, name)
}

// xs returns an argument that is a list of arrays.
func (a *opArgs) xs(i int, name string) []*graph.Node {
	list, ok := a.get(i, name).([]any)
	if !ok {
		a.wrong(name, a.get(i, name))
	}
	out := make([]*graph.Node, len(list))
	for k, v := range list {
		t, ok := v.(arrayArg)
		if !ok {
			a.wrong(name, v)
		}
		out[k] = a.nodes[t.index]
	}
	return out
}

// value returns the elements of an array argument.
func (a *opArgs) value(i int, name string) []float64 {
	v, ok := a.get(i, name).(arrayArg)
	if !ok {
		a.wrong(name, a.get(i, name))
	}
	return Floats(v.value)
}

// num returns a number, otherwise if it is absent.
func (a *opArgs) num(i int, name string, otherwise float64) float64 {
	switch v := a.get(i, name).(type) {
	case nil:
		return otherwise
	case float64:
		return v
	case arrayArg:
		return Floats(v.value)[0]
	default:
		a.wrong(name, v)
	}
	return 0
}

func (a *opArgs) int(i int, name string, otherwise int) int {
	return int(a.num(i, name, float64(otherwise)))
}

func (a *opArgs) bool(i int, name string, otherwise bool) bool {
	switch v := a.get(i, name).(type) {
	case nil:
		return otherwise
	case bool:
		return v
	default:
		a.wrong(name, v)
	}
	return false
}

func (a *opArgs) string(i int, name, otherwise string) string {
	switch v := a.get(i, name).(type) {
	case nil:
		return otherwise
	case string:
		return v
	default:
		a.wrong(name, v)
	}
	return ""
}

// ints returns a list of numbers, or a single one; nil if it is absent.
func (a *opArgs) ints(i int, name string) []int {
	switch v := a.get(i, name).(type) {
	case nil:
		return nil
	case float64:
		return []int{int(v)}
	case []any:
		return asInts(a, name, v)
	case arrayArg:
		var out []int
		for _, x := range Floats(v.value) {
			out = append(out, int(x))
		}
		return out
	default:
		a.wrong(name, v)
	}
	return nil
}

func asInts(a *opArgs, name string, list []any) []int {
	out := make([]int, len(list))
	for i, v := range list {
		n, ok := v.(float64)
		if !ok {
			a.wrong(name, v)
		}
		out[i] = int(n)
	}
	return out
}

// pairs returns a list of pairs as two lists.
func (a *opArgs) pairs(i int, name string) (first, second []int) {
	list, ok := a.get(i, name).([]any)
	if !ok {
		a.wrong(name, a.get(i, name))
	}
	for _, v := range list {
		p, ok := v.([]any)
		if !ok || len(p) != 2 {
			a.wrong(name, v)
		}
		n := asInts(a, name, p)
		first, second = append(first, n[0]), append(second, n[1])
	}
	return first, second
}

// dtype returns the named type.
func (a *opArgs) dtype(i int, otherwise graph.DType) graph.DType {
	name := a.string(i, "dtype", otherwise.String())
	d, ok := tensor.ParseDType(name)
	if !ok {
		graph.Errorf("dtype %q", name)
	}
	return d
}
