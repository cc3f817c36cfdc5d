package golden

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/kerasops"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// The tolerances from the collection's README.
const (
	opOutput = 1e-5
	opGrad   = 2e-5
)

// runOp calls a function of keras.ops and compares its outputs and its gradients with respect to
// the floating-point array arguments.
func runOp(c *Case) error {
	var f struct {
		Function      string
		Args          []json.RawMessage
		Kwargs        map[string]json.RawMessage
		Outputs       []Array
		Cotangents    []Array
		GradFloatArgs []Array `json:"grad_float_args"`
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	fn, known := kerasops.Functions[f.Function]
	if !known {
		return Unsupported("keras.ops.%s", f.Function)
	}
	args, arrays, err := decodeArgs(fn, f.Args, f.Kwargs)
	if err != nil {
		return err
	}
	dys := make([]*tensor.Tensor, 0, len(f.Outputs))
	for _, d := range f.Cotangents {
		if d.Tensor != nil && len(f.GradFloatArgs) > 0 {
			dys = append(dys, d.Tensor)
		}
	}
	got, err := c.runCall(fn, args, arrays, dys, func(ys, in []*graph.Node) []*graph.Node {
		if len(f.GradFloatArgs) == 0 {
			return ys
		}
		return append(ys, opGradients(ys, f.Cotangents, in, len(arrays))...)
	})
	if err != nil {
		return err
	}
	return c.compareOp(got, f.Outputs, f.GradFloatArgs)
}

// runCall runs the outputs that with returns for the call's results ys and the inputs, which are
// arrays followed by dys.
func (c *Case) runCall(fn kerasops.Function, args opArgs, arrays, dys []*tensor.Tensor, with func(ys, in []*graph.Node) []*graph.Node) ([]*tensor.Tensor, error) {
	all := append(arrays, dys...)
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		in := make([]*graph.Node, len(all))
		for i, t := range all {
			in[i] = g.Input(t.DType(), t.Shape()...)
		}
		return with(fn.Apply(args.in(g, in[:len(arrays)], arrays)), in)
	})
	if err != nil {
		return nil, err
	}
	return NewSession(c.Dev).Run(g, all...)
}

func (c *Case) compareOp(got []*tensor.Tensor, outputs, grads []Array) error {
	if want := len(outputs) + len(grads); len(got) != want {
		return fmt.Errorf("%d outputs and gradients, want %d", len(got), want)
	}
	for i, want := range outputs {
		if err := c.Compare(fmt.Sprintf("output %d", i), got[i], want.Tensor, opOutput); err != nil {
			return err
		}
	}
	for i, want := range grads {
		if want.Tensor == nil {
			continue
		}
		if err := c.Compare(fmt.Sprintf("gradient %d", i), got[len(outputs)+i], want.Tensor, opGrad); err != nil {
			return err
		}
	}
	return nil
}

// opGradients returns the gradients of Σ ys·cotangents with respect to the floats among in[:n].
func opGradients(ys []*graph.Node, cotangents []Array, in []*graph.Node, n int) []*graph.Node {
	var xs []*graph.Node
	for _, x := range in[:n] {
		if x.DType.IsFloat() {
			xs = append(xs, x)
		}
	}
	dys := make([]*graph.Node, len(ys))
	next := n
	for i := range ys {
		if i < len(cotangents) && cotangents[i].Tensor != nil {
			dys[i] = in[next]
			next++
		}
	}
	ds := graph.VJP(ys, dys, xs)
	for i, d := range ds {
		if d == nil {
			ds[i] = ops.ZerosLike(xs[i])
		}
	}
	return ds
}
