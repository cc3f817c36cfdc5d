// Package kerasops knows the functions of keras.ops by their names: how each is called in
// Keras and what computes it here. Files of models have them as classes (layers.Operation);
// the golden tool calls them as functions.
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

// A Function is one of keras.ops.
type Function struct {
	// Signature names the arguments in their order, "*xs" being all that follow. One that
	// begins with "-" is not known here.
	Signature string
	// Config names those that the class of the function takes when it is made; its call takes
	// the others.
	Config string

	apply func(a *Args) []*graph.Node
}

// Apply computes the results. Arguments of a wrong kind or number panic by graph.Errorf.
func (f Function) Apply(a *Args) []*graph.Node {
	defer func() {
		switch e := recover().(type) {
		case nil:
		case runtime.Error: // such as of an axis that a scalar does not have
			graph.Errorf("the arguments do not fit: %v", e)
		default:
			panic(e)
		}
	}()
	return f.apply(a)
}

// Functions has the functions by their names in keras.ops: "mean", "image.resize".
var Functions = map[string]Function{}

// Classes has those that can stand between the layers of a file, by the classes that Keras
// has them as: "Mean", "LogSoftmax". Convolutions, windows, images and what makes arrays of a
// given size are not among them: a file is not trusted with such sizes.
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

// argumentsOf returns what the arguments of a function of arrays are called.
func argumentsOf(name, usually string) []string {
	if n, other := named[name]; other {
		usually = n
	}
	return strings.Fields(usually)
}

// classOf returns Keras' class of a function: LogSoftmax of log_softmax.
func classOf(name string) string {
	class := ""
	for _, part := range strings.Split(strings.TrimPrefix(name, "image."), "_") {
		class += strings.ToUpper(part[:1]) + part[1:]
	}
	return class
}

// Arguments lists the names of the arguments of f.
func (f Function) Arguments() []string { return strings.Fields(f.Signature) }

// CallArguments lists those that the call of f's class takes.
func (f Function) CallArguments() []string {
	config := strings.Fields(f.Config)
	return slices.DeleteFunc(f.Arguments(), func(name string) bool { return slices.Contains(config, name) })
}

// ByName gives arguments by place the names that they have in names; those behind are an error.
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
