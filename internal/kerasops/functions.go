// Package kerasops implements the functions of keras.ops by name: their signatures in Keras and
// their implementations. Model files contain them as classes (layers.Operation); the golden tool
// calls them as functions.
package kerasops

import (
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
)

type node = *graph.Node

// A Function is a function of keras.ops.
type Function struct {
	// Signature names the arguments in order; "*xs" stands for all remaining ones. Names that
	// begin with "-" are not supported.
	Signature string
	// Config names the arguments of the class constructor; the others are passed to its call.
	Config string

	apply func(a *Args) []*graph.Node
}

// Apply computes the results. It panics with graph.Errorf if an argument has the wrong kind or the
// number of arguments is wrong.
func (f Function) Apply(a *Args) []*graph.Node {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case runtime.Error: // for example, an axis of a scalar
			graph.Errorf("the arguments do not fit: %v", e)
		default:
			panic(e)
		}
	}()
	return f.apply(a)
}

// Functions maps names in keras.ops to functions: "mean", "image.resize".
var Functions = map[string]Function{}

// Classes maps Keras class names, such as "Mean" and "LogSoftmax", to the functions that a file
// may use between layers. Convolutions, windows, images and functions that create arrays of a
// given size are excluded, because sizes in a file are not trusted.
var Classes = map[string]Function{"GetItem": {"x key", "", func(a *Args) []node { return one(a.item()) }}}

func init() {
	for name, f := range unary {
		x := argumentsOf(name, "x")[0]
		Functions[name] = Function{x, "", func(a *Args) []node { return one(f(a.x(x))) }}
	}
	for name, f := range binary {
		xs := argumentsOf(name, "x1 x2")
		Functions[name] = Function{strings.Join(xs, " "), "", func(a *Args) []node { return one(f(a.x(xs[0]), a.x(xs[1]))) }}
	}
	for name, f := range reductions {
		Functions[name] = Function{"x axis keepdims", "axis keepdims", func(a *Args) []node { return one(a.reduced(f)) }}
	}
	for _, table := range []map[string]Function{activationFunctions, shapes, indices, matrices, numerics} {
		maps.Copy(Functions, table)
	}
	for name, f := range Functions {
		Classes[classOf(name)] = f
	}
	for _, table := range []map[string]Function{networks, images, windows, sized} {
		maps.Copy(Functions, table)
	}
}

// argumentsOf returns the argument names of a function of arrays.
func argumentsOf(name, usually string) []string {
	if n, other := named[name]; other {
		usually = n
	}
	return strings.Fields(usually)
}

// classOf returns the Keras class name of a function: LogSoftmax for log_softmax.
func classOf(name string) string {
	class := ""
	for _, part := range strings.Split(strings.TrimPrefix(name, "image."), "_") {
		class += strings.ToUpper(part[:1]) + part[1:]
	}
	return class
}

// Arguments lists the argument names of f.
func (f Function) Arguments() []string { return strings.Fields(f.Signature) }

// CallArguments lists the arguments that are passed to the call of f's class.
func (f Function) CallArguments() []string {
	config := strings.Fields(f.Config)
	return slices.DeleteFunc(f.Arguments(), func(name string) bool { return slices.Contains(config, name) })
}

// ByName assigns positional arguments to names. Excess arguments are an error.
func ByName(names []string, args []any) (map[string]any, error) {
	bound := map[string]any{}
	for i, name := range names {
		switch {
		case strings.HasPrefix(name, "*"):
			bound[name] = args[min(i, len(args)):]
			return bound, nil
		case i < len(args):
			bound[name] = args[i]
		}
	}
	if len(args) > len(names) {
		return nil, fmt.Errorf("takes %d arguments (%s), not %d", len(names), strings.Join(names, ", "), len(args))
	}
	return bound, nil
}

func one(y node) []node { return []node{y} }
