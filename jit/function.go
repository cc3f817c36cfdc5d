package jit

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// A Function is a compiled function of tensors, made by [Func]. It is safe for concurrent use;
// calls are serialized.
//
// Random operations draw different numbers in each call and the same numbers in each run of the
// program: call i of a Function uses the seed i, from 0.
type Function struct {
	arity  int // -1: any
	body   func(g *graph.Graph, x []*graph.Node) []*graph.Node
	device string

	mu       sync.Mutex
	calls    uint64
	programs runtime.Cache[*program]
}

// On returns the function on another device, such as "xla:cuda"; the variables it uses
// move there when it is called.
func (f *Function) On(device string) *Function {
	return &Function{arity: f.arity, body: f.body, device: cmp.Or(device, defaultDevice)}
}

// Call returns the function's value for the arguments xs. Use [Function.CallAll] for a function
// with several results.
func (f *Function) Call(xs ...*tensor.Tensor) (*tensor.Tensor, error) {
	ys, err := f.CallAll(xs...)
	if err != nil {
		return nil, err
	}
	if len(ys) != 1 {
		return nil, fmt.Errorf("jit: the function has %d results; use CallAll", len(ys))
	}
	return ys[0], nil
}

// CallAll returns all results of the function for the arguments xs.
func (f *Function) CallAll(xs ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	return f.CallContext(context.Background(), xs...)
}

// CallContext is CallAll with a context. If ctx is canceled, it returns early, before any
// variable changes.
func (f *Function) CallContext(ctx context.Context, xs ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	return f.run(ctx, "value", f.values, xs)
}

// Grad returns the gradient of the function's value with respect to each argument, in the
// argument's shape; nil for arguments that are not floats. For a value with several elements it
// is the gradient of their sum, as in tf.GradientTape; for several results, that of the first
// one.
func (f *Function) Grad(xs ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	ds, err := f.run(context.Background(), "grad", func(g *graph.Graph, x []*graph.Node) []*graph.Node {
		return gradient(total(f.first(g, x)), x)
	}, xs)
	return spread(ds, xs), err
}

// ValueAndGrad returns the function's value and the gradients of [Function.Grad], computed in one
// run.
func (f *Function) ValueAndGrad(xs ...*tensor.Tensor) (*tensor.Tensor, []*tensor.Tensor, error) {
	ys, err := f.run(context.Background(), "both", func(g *graph.Graph, x []*graph.Node) []*graph.Node {
		y := f.first(g, x)
		return append([]*graph.Node{y}, gradient(total(y), x)...)
	}, xs)
	if err != nil {
		return nil, nil, err
	}
	return ys[0], spread(ys[1:], xs), nil
}

// VJP returns the vector-Jacobian product dy·∂y/∂x for each argument x, where dy is shaped like
// the function's (first) value y; nil for arguments that are not floats. It corresponds to
// y.backward(dy) in PyTorch.
func (f *Function) VJP(dy *tensor.Tensor, xs ...*tensor.Tensor) ([]*tensor.Tensor, error) {
	ds, err := f.run(context.Background(), "vjp", func(g *graph.Graph, x []*graph.Node) []*graph.Node {
		x, dy := x[:len(x)-1], x[len(x)-1]
		y := f.first(g, x)
		if !dy.Type.Equal(y.Type) {
			graph.Errorf("jit: vjp: the vector is %v; want %v, as the value", dy.Type, y.Type)
		}
		return gradient(total(product(y, dy)), x)
	}, append(append([]*tensor.Tensor{}, xs...), dy))
	return spread(ds, xs), err
}

func (f *Function) values(g *graph.Graph, x []*graph.Node) []*graph.Node {
	if f.arity >= 0 && len(x) != f.arity {
		graph.Errorf("jit: the function takes %d arguments, %d were given", f.arity, len(x))
	}
	ys := f.body(g, x)
	for i, y := range ys {
		if y == nil {
			graph.Errorf("jit: result %d of the function is nil", i)
		}
	}
	return ys
}

// first returns the function's first result, which must have a gradient.
func (f *Function) first(g *graph.Graph, x []*graph.Node) *graph.Node {
	ys := f.values(g, x)
	if len(ys) == 0 || !ys[0].DType.IsFloat() {
		graph.Errorf("jit: gradient of a function whose first result is not a float")
	}
	return ys[0]
}

// total returns the sum of all elements.
func total(y *graph.Node) *graph.Node {
	return graph.Apply(graph.Reduce{Fn: graph.Add, Axes: 1<<y.Rank() - 1}, y)
}

func product(a, b *graph.Node) *graph.Node { return graph.Apply(graph.Binary{Fn: graph.Mul}, a, b) }

// gradient returns the gradients of y with respect to those xs that are floats.
func gradient(y *graph.Node, xs []*graph.Node) []*graph.Node {
	var floats []*graph.Node
	for _, x := range xs {
		if x.DType.IsFloat() {
			floats = append(floats, x)
		}
	}
	return graph.Grad(y, floats...)
}

// spread assigns the gradients to the float arguments among xs.
func spread(ds, xs []*tensor.Tensor) []*tensor.Tensor {
	if ds == nil {
		return nil
	}
	out := make([]*tensor.Tensor, len(xs))
	for i, x := range xs {
		if x.DType().IsFloat() {
			out[i], ds = ds[0], ds[1:]
		}
	}
	return out
}

// run compiles build for the types of xs, unless that is already done, and runs it.
func (f *Function) run(ctx context.Context, mode string, build func(*graph.Graph, []*graph.Node) []*graph.Node, xs []*tensor.Tensor) ([]*tensor.Tensor, error) {
	key, err := keyOf(mode, xs)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p, found := f.programs.Find(func(p *program) bool { return p.key == key })
	if !found {
		if p, err = compile(f.device, key, build, xs); err != nil {
			return nil, err
		}
		if err := f.programs.Add(p); err != nil {
			return nil, err
		}
	}
	f.calls++
	return p.Run(ctx, f.calls-1, xs...)
}

func keyOf(mode string, xs []*tensor.Tensor) (string, error) {
	var b strings.Builder
	b.WriteString(mode)
	for i, x := range xs {
		if x == nil {
			return "", fmt.Errorf("jit: argument %d is nil", i)
		}
		if err := x.Err(); err != nil {
			return "", fmt.Errorf("jit: argument %d: %w", i, err)
		}
		if x.DType() == tensor.String {
			return "", fmt.Errorf("jit: argument %d is a string array; strings exist only on the host: encode them as numbers first", i)
		}
		fmt.Fprintf(&b, " %v%v", x.DType(), x.Shape())
	}
	return b.String(), nil
}

// Close releases what the device holds for the function. A later call compiles again. A function
// that becomes unreachable without Close is closed by the garbage collector.
func (f *Function) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.programs.Close()
}
