package kerasops

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/scalar"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Args holds the arguments of one call by name: graph nodes, numbers, strings, lists of these, and
// constants as Keras writes them in JSON.
type Args struct {
	Graph  *graph.Graph
	Values map[string]any
	In     []*graph.Node                  // the nodes among the values; numbers take their dtypes
	Known  map[*graph.Node]*tensor.Tensor // nodes whose values are known while the graph is built
}

// wrong reports an argument whose form the operation does not accept.
func (a *Args) wrong(name, want string) {
	if a.Values[name] == nil {
		graph.Errorf("argument %q is missing; want %s", name, want)
	}
	graph.Errorf("argument %q is %.80v; want %s", name, a.Values[name], want)
}

// x returns an argument that is a value of the model or a constant.
func (a *Args) x(name string) *graph.Node {
	y := a.node(a.Values[name])
	if y == nil {
		a.wrong(name, "a value, a number or an array")
	}
	return y
}

// maybe returns an optional value argument, nil if it is absent.
func (a *Args) maybe(name string) *graph.Node {
	if a.Values[name] == nil {
		return nil
	}
	return a.x(name)
}

// value returns the elements of an argument that determines the shape of the result. Keras
// computes such shapes at run time, but a graph needs them when it is built.
func (a *Args) value(name string) []float64 {
	t := a.array(a.Values[name])
	if t == nil {
		graph.Errorf("the shape of the result depends on the values of %q, which must be known while the model is built", name)
	}
	v, err := tensor.As[float64](t)
	if err != nil {
		a.wrong(name, "numbers")
	}
	return v
}

// xs returns an argument that is a list of values.
func (a *Args) xs(name string) []*graph.Node {
	list, ok := a.Values[name].([]any)
	if !ok {
		return []*graph.Node{a.x(name)}
	}
	out := make([]*graph.Node, len(list))
	for i, v := range list {
		if out[i] = a.node(v); out[i] == nil {
			a.wrong(name, "a list of values")
		}
	}
	return out
}

// node returns the node for v, nil if v is not a value.
func (a *Args) node(v any) *graph.Node {
	switch v := v.(type) {
	case nil:
		return nil
	case *graph.Node:
		return v
	case bool:
		return ops.Cast(a.Graph.Const(graph.Int32, float64(scalar.Bit(v))), graph.Bool)
	}
	if x, whole, ok := numberOf(v); ok {
		return a.Graph.Const(a.typeOf(x, whole), x)
	}
	if t := a.array(v); t != nil {
		return a.Graph.Literal(t)
	}
	return nil
}

// typeOf returns the dtype of a number, which is weakly typed as in Python: the dtype of the first
// input of the same kind, else float32 or int32.
func (a *Args) typeOf(x float64, whole bool) graph.DType {
	whole = whole && math.Abs(x) <= math.MaxInt32
	for _, n := range a.In {
		if whole && n.DType.IsInt() || !whole && n.DType.IsFloat() {
			return n.DType
		}
	}
	if whole {
		return graph.Int32
	}
	return graph.Float32
}

// numberOf returns v as a number, and whether it was written as an integer.
func numberOf(v any) (x float64, whole, ok bool) {
	switch v := v.(type) {
	case int:
		return float64(v), true, true
	case float64:
		return v, false, true
	case json.Number:
		x, err := v.Float64()
		return x, !strings.ContainsAny(string(v), ".eE"), err == nil
	}
	return 0, false, false
}

// array returns a constant array: one in the JSON form of NumPy or a Keras backend, a list of
// numbers, or a node whose value is known; nil if v is not one of these.
func (a *Args) array(v any) *tensor.Tensor {
	if n, ok := v.(*graph.Node); ok {
		return a.Known[n]
	}
	to := graph.DType(0)
	if o, ok := v.(map[string]any); ok {
		conf, _ := o["config"].(map[string]any)
		if o["class_name"] != "__numpy__" && o["class_name"] != "__tensor__" || conf == nil {
			return nil
		}
		name, _ := conf["dtype"].(string)
		if to, ok = tensor.ParseDType(name); !ok {
			graph.Errorf("a constant array has dtype %q, which is not known here", name)
		}
		switch v = conf["value"]; to { // as written by Keras on JAX and torch
		case graph.Float64:
			to = graph.Float32
		case graph.Int64:
			to = graph.Int32
		}
	}
	var data []float64
	shape, whole, ok := flatten(v, &data)
	if !ok {
		return nil
	}
	if to == 0 {
		to = a.typeOf(0, whole)
	}
	return tensor.Of(data, shape...).Convert(to)
}

// flatten appends the numbers in v, a nested list, to data.
func flatten(v any, data *[]float64) (shape []int, whole, ok bool) {
	if b, is := v.(bool); is {
		*data = append(*data, float64(scalar.Bit(b)))
		return []int{}, true, true
	}
	list, nested := v.([]any)
	if !nested {
		x, whole, ok := numberOf(v)
		*data = append(*data, x)
		return []int{}, whole, ok
	}
	whole = true
	var inner graph.Shape
	for i, item := range list {
		s, w, ok := flatten(item, data)
		if !ok || i > 0 && !inner.Equal(s) {
			return nil, false, false
		}
		inner, whole = s, whole && w
	}
	return append([]int{len(list)}, inner...), whole, true
}

// num returns a number, or otherwise if it is absent.
func (a *Args) num(name string, otherwise float64) float64 {
	if a.Values[name] == nil {
		return otherwise
	}
	if t := a.array(a.Values[name]); t != nil && t.Len() == 1 {
		x, _ := tensor.As[float64](t)
		return x[0]
	}
	a.wrong(name, "a number")
	return 0
}

func (a *Args) int(name string, otherwise int) int {
	x := a.num(name, float64(otherwise))
	if x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
		a.wrong(name, "an integer")
	}
	return int(x)
}

// ints returns a list of integers or a single integer as a list; nil if it is absent.
func (a *Args) ints(name string) []int {
	if a.Values[name] == nil {
		return nil
	}
	return a.intsOf(name, a.Values[name])
}

// intsOf returns v, the argument called name, as integers.
func (a *Args) intsOf(name string, v any) []int {
	t := a.array(v)
	if t == nil || t.Rank() > 1 {
		a.wrong(name, "an integer or a list of them")
	}
	numbers, err := tensor.As[float64](t)
	if err != nil {
		a.wrong(name, "an integer or a list of them")
	}
	out := make([]int, len(numbers))
	for i, x := range numbers {
		if out[i] = int(x); x != math.Trunc(x) || math.Abs(x) > math.MaxInt32 {
			a.wrong(name, "integers, which fit in 32 bits")
		}
	}
	return out
}

func (a *Args) bool(name string, otherwise bool) bool {
	if a.Values[name] == nil {
		return otherwise
	}
	b, ok := a.Values[name].(bool)
	if !ok {
		a.wrong(name, "true or false")
	}
	return b
}

func (a *Args) text(name, otherwise string) string {
	if a.Values[name] == nil {
		return otherwise
	}
	s, ok := a.Values[name].(string)
	if !ok {
		a.wrong(name, "a string")
	}
	return s
}

// dtype returns the argument dtype, or otherwise if it is absent.
func (a *Args) dtype(otherwise graph.DType) graph.DType {
	d, ok := tensor.ParseDType(a.text("dtype", otherwise.String()))
	if !ok {
		a.wrong("dtype", "a type such as float32 or int32")
	}
	return d
}

// cast casts y to the argument dtype, if it is present.
func (a *Args) cast(y *graph.Node) *graph.Node { return ops.Cast(y, a.dtype(y.DType)) }
