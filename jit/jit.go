// Package jit compiles and runs functions of tensors and computes their gradients, like jax.jit
// and jax.grad or tf.function and tf.GradientTape.
//
//	f := jit.Func(func(a, b *graph.Node) *graph.Node {
//		return ops.Sqrt(ops.Add(ops.Square(a), ops.Square(b)))
//	})
//	c, err := f.Call(x, y)  // √(x²+y²)
//	d, err := f.Grad(x, y)  // d[0] = ∂/∂x, d[1] = ∂/∂y
//
// A function can call a model and read or change its weights; the values are shared with the
// model.
//
// A function is traced and compiled once for each combination of argument types. It runs on the
// device "cpu"; use [Function.On] for another device, whose package the program must import.
// Misuse of an operation is returned as an error; it does not panic.
package jit

import (
	"errors"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// A Body is a Go function of nodes that [Func] compiles. A function without arguments takes the
// graph, for constants and variables.
type Body interface {
	func(g *graph.Graph) *graph.Node |
		func(x *graph.Node) *graph.Node |
		func(x, y *graph.Node) *graph.Node |
		func(x, y, z *graph.Node) *graph.Node |
		func(x []*graph.Node) *graph.Node |
		func(x []*graph.Node) []*graph.Node
}

// Eval computes one expression:
//
//	y, err := jit.Eval(func(g *graph.Graph) *graph.Node {
//		return ops.Exp(g.Literal(x))
//	})
func Eval(body func(g *graph.Graph) *graph.Node) (*tensor.Tensor, error) {
	f := Func(body)
	y, err := f.Call()
	return y, errors.Join(err, f.Close())
}

// Func returns body as a compiled function. body itself runs only when it is traced, once for
// each combination of argument types; side effects such as printing are not repeated in each
// call.
func Func[B Body](body B) *Function {
	f := &Function{arity: -1, device: defaultDevice}
	one := func(n *graph.Node) []*graph.Node { return []*graph.Node{n} }
	switch body := any(body).(type) {
	case func(*graph.Graph) *graph.Node:
		f.arity = 0
		f.body = func(g *graph.Graph, _ []*graph.Node) []*graph.Node { return one(body(g)) }
	case func(x *graph.Node) *graph.Node:
		f.arity = 1
		f.body = func(_ *graph.Graph, x []*graph.Node) []*graph.Node { return one(body(x[0])) }
	case func(x, y *graph.Node) *graph.Node:
		f.arity = 2
		f.body = func(_ *graph.Graph, x []*graph.Node) []*graph.Node { return one(body(x[0], x[1])) }
	case func(x, y, z *graph.Node) *graph.Node:
		f.arity = 3
		f.body = func(_ *graph.Graph, x []*graph.Node) []*graph.Node { return one(body(x[0], x[1], x[2])) }
	case func(x []*graph.Node) *graph.Node:
		f.body = func(_ *graph.Graph, x []*graph.Node) []*graph.Node { return one(body(x)) }
	case func(x []*graph.Node) []*graph.Node:
		f.body = func(_ *graph.Graph, x []*graph.Node) []*graph.Node { return body(x) }
	}
	return f
}
