package golden

import (
	"encoding/json"
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// A layerCase is a call of a layer.
type layerCase struct {
	Class      string
	Config     json.RawMessage
	Serialized json.RawMessage
	InputStyle string `json:"input_style"`
	Training   *bool
	CallKwargs map[string]json.RawMessage `json:"call_kwargs"`
	Inputs     []Array
	Weights    []layerWeight
	Adapt      json.RawMessage
	layerResults
	Calls []layerResults
}

// A layerWeight is a weight before the call.
type layerWeight struct {
	Path, Name string
	Trainable  bool
	Value      Array
}

// layerResults are the results of one call.
type layerResults struct {
	Outputs       []Array
	OutputMask    Array `json:"output_mask"`
	Cotangents    []Array
	GradInputs    []Array `json:"grad_inputs"`
	GradWeights   []Array `json:"grad_weights"`
	Losses        Array
	RegGradWeight []Array `json:"reg_grad_weights"`
	RegGradInputs []Array `json:"reg_grad_inputs"`
	WeightsAfter  []Array `json:"weights_after"`
}

// tolerances returns the recommended relative tolerances for the outputs and the gradients.
func (k *layerCase) tolerances() (out, grad float64) {
	switch k.Class {
	case "Resizing":
		return 2e-3, 5e-3
	case "BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization", "UnitNormalization", "SpectralNormalization", "Normalization":
		return 5e-5, 1e-4
	}
	return 2e-5, 1e-4
}

func runLayer(c *Case) error {
	k := &layerCase{}
	if err := c.Decode(k); err != nil {
		return err
	}
	l, done, err := runHostLayer(c, k)
	if err == nil {
		err = rewritten(k.Serialized)
	}
	if done || err != nil {
		return err
	}
	t, err := k.trace(l)
	if err != nil {
		return err
	}
	vars := access.Variables(l)
	if len(vars) != len(k.Weights) {
		return fmt.Errorf("%d weights, want %d", len(vars), len(k.Weights))
	}
	for i, v := range vars {
		want := k.Weights[i]
		if !v.Type.Shape.Equal(want.Value.Shape()) || (v.Trainable && !access.Frozen(l)) != want.Trainable {
			return fmt.Errorf("weight %d, %s: %v trainable %v, want %s: %v trainable %v", i, v.Path, v.Type, v.Trainable, want.Path, want.Value.Shape(), want.Trainable)
		}
		v.Initial = want.Value.Convert(v.Type.DType)
	}
	s := NewSession(c.Dev)
	calls := k.Calls
	if calls == nil {
		calls = []layerResults{k.layerResults}
	}
	for i := range calls {
		if err := k.compare(c, s, t, &calls[i], vars); err != nil {
			return fmt.Errorf("call %d: %w", i, err)
		}
	}
	return nil
}

// A layerTrace is the graph of a call with its gradients. Its outputs are, in order: the outputs,
// the mask, the gradients with respect to inputs and weights, the losses, and their gradients.
type layerTrace struct {
	g                   *graph.Graph
	outs                int // number of outputs
	mask, losses        bool
	hasGradIn, hasGradW []bool
	hasRegW, hasRegI    []bool
}

func (k *layerCase) trace(l layers.Module) (*layerTrace, error) {
	t := &layerTrace{}
	var err error
	t.g, err = graph.Trace(func(g *graph.Graph) []*graph.Node {
		s := layers.NewScope(g)
		s.Training = k.Training != nil && *k.Training
		in := make([]*graph.Node, len(k.Inputs))
		for i, x := range k.Inputs {
			in[i] = g.Input(x.DType(), x.Shape()...)
		}
		outs := k.call(s, l, in)
		t.outs = len(outs)
		result := append([]*graph.Node{}, outs...)
		if m := s.Mask(outs[0]); m != nil {
			t.mask = true
			result = append(result, m)
		}
		at := make([]*graph.Node, 0, len(in))
		at = append(at, in...)
		vars := access.Variables(l)
		for _, v := range vars {
			at = append(at, g.Apply(graph.Read{Var: v}))
		}
		for i, v := range vars { // the node that the call read
			at[len(in)+i] = firstRead(g, v, at[len(in)+i])
		}
		if k.Cotangents != nil {
			var ys, dys []*graph.Node
			for i, y := range outs {
				if ct := k.Cotangents[i]; ct.Tensor != nil {
					ys, dys = append(ys, y), append(dys, g.Input(ct.DType(), ct.Shape()...))
				}
			}
			d := graph.VJP(ys, dys, at)
			result, t.hasGradIn = appendPresent(result, d[:len(in)])
			result, t.hasGradW = appendPresent(result, d[len(in):])
		}
		return t.appendLosses(g, s, result, at, len(in))
	})
	return t, err
}

func firstRead(g *graph.Graph, v *graph.Variable, fallback *graph.Node) *graph.Node {
	for _, n := range g.Nodes {
		if r, ok := n.Op.(graph.Read); ok && r.Var == v {
			return n
		}
	}
	return fallback
}

// appendLosses appends the penalties, as one vector, and the gradients of their sum.
func (t *layerTrace) appendLosses(g *graph.Graph, s *layers.Scope, result, at []*graph.Node, inputs int) []*graph.Node {
	if len(s.Losses()) == 0 {
		return result
	}
	t.losses = true
	var each []*graph.Node
	sum := g.Const(graph.Float32, 0)
	for _, n := range s.Losses() {
		each = append(each, graph.Apply(graph.Reshape{To: graph.DimsOf([]int{1})}, n))
		sum = graph.Apply(graph.Binary{Fn: graph.Add}, sum, n)
	}
	result = append(result, graph.Apply(graph.Concat{}, each...))
	d := graph.VJP([]*graph.Node{sum}, []*graph.Node{g.Const(graph.Float32, 1)}, at)
	result, t.hasRegI = appendPresent(result, d[:inputs])
	result, t.hasRegW = appendPresent(result, d[inputs:])
	return result
}

func appendPresent(to, nodes []*graph.Node) ([]*graph.Node, []bool) {
	has := make([]bool, len(nodes))
	for i, n := range nodes {
		if has[i] = n != nil; has[i] {
			to = append(to, n)
		}
	}
	return to, has
}

// compare runs the trace with the cotangents of r and compares everything that r contains.
func (k *layerCase) compare(c *Case, s *Session, t *layerTrace, r *layerResults, vars []*graph.Variable) error {
	var in []*tensor.Tensor
	for _, x := range append(k.Inputs[:len(k.Inputs):len(k.Inputs)], r.Cotangents...) {
		if x.Tensor != nil {
			in = append(in, x.Tensor)
		}
	}
	got, err := s.Run(t.g, in...)
	if err != nil {
		return err
	}
	out, grad := k.tolerances()
	x := &layerComparison{Case: c, weights: k.Weights, vars: vars, got: got, rtol: grad}
	for _, part := range []func() error{
		func() error { return x.outputs(t.outs, r.Outputs, out) },
		func() error { return c.Compare("mask", x.next(t.mask), r.OutputMask.Tensor, 0) },
		func() error { return x.byInputs("gradient", t.hasGradIn, r.GradInputs) },
		func() error { return x.byWeights("gradient", t.hasGradW, r.GradWeights) },
		func() error { return x.losses(t.losses, r.Losses.Tensor) },
		func() error { return x.byInputs("penalty's gradient", t.hasRegI, r.RegGradInputs) },
		func() error { return x.byWeights("penalty's gradient", t.hasRegW, r.RegGradWeight) },
		func() error { return k.compareState(c, s, r, vars, out) },
	} {
		if err := part(); err != nil {
			return err
		}
	}
	return nil
}

// A layerComparison consumes the results of a trace in order.
type layerComparison struct {
	*Case
	weights []layerWeight
	vars    []*graph.Variable
	got     []*tensor.Tensor
	rtol    float64 // of gradients
}

// next returns the next result, or nil if the trace does not have it.
func (x *layerComparison) next(has bool) *tensor.Tensor {
	if !has {
		return nil
	}
	v := x.got[0]
	x.got = x.got[1:]
	return v
}

func (x *layerComparison) outputs(n int, want []Array, rtol float64) error {
	if n != len(want) {
		return fmt.Errorf("%d outputs, want %d", n, len(want))
	}
	for i, w := range want {
		if err := x.Compare(fmt.Sprintf("output %d", i), x.next(true), w.Tensor, rtol); err != nil {
			return err
		}
	}
	return nil
}

// losses compares the penalties, which are one vector.
func (x *layerComparison) losses(has bool, want *tensor.Tensor) error {
	if has {
		return x.Compare("losses", x.next(true), want, 1e-5)
	}
	if want != nil && want.Len() > 0 {
		return fmt.Errorf("no losses, want %v", want)
	}
	return nil
}

// byInputs compares gradients with respect to inputs; a missing gradient equals zeros. Gradients
// with respect to integers are ignored if Keras has none.
func (x *layerComparison) byInputs(what string, has []bool, want []Array) error {
	for i, have := range has {
		v := x.next(have)
		if i >= len(want) || v == nil && want[i].Tensor == nil {
			continue
		}
		w := want[i].Tensor
		if w == nil && !floatInput(v) {
			continue
		}
		if err := x.Compare(fmt.Sprintf("%s by input %d", what, i), orZeros(v, w), orZeros(w, v), x.rtol); err != nil {
			return err
		}
	}
	return nil
}

// byWeights compares gradients with respect to trainable weights; a missing gradient equals zeros.
// Those of other weights are ignored.
func (x *layerComparison) byWeights(what string, has []bool, want []Array) error {
	for i, have := range has {
		v := x.next(have)
		if i >= len(want) || !x.weights[i].Trainable {
			continue
		}
		zeros := tensor.New(x.vars[i].Type.DType, x.vars[i].Type.Shape...)
		if err := x.Compare(what+" by "+x.vars[i].Path, orZeros(v, zeros), orZeros(want[i].Tensor, zeros), x.rtol); err != nil {
			return err
		}
	}
	return nil
}

// orZeros returns t, or zeros with the shape and type of other if t is nil.
func orZeros(t, other *tensor.Tensor) *tensor.Tensor {
	if t == nil {
		return tensor.New(other.DType(), other.Shape()...)
	}
	return t
}

func (k *layerCase) compareState(c *Case, s *Session, r *layerResults, vars []*graph.Variable, rtol float64) error {
	for i, want := range r.WeightsAfter {
		v, err := s.Read(vars[i])
		if err != nil {
			return err
		}
		if err := c.Compare("after the call, "+vars[i].Path, v, want.Tensor, rtol); err != nil {
			return err
		}
	}
	return nil
}

func floatInput(t *tensor.Tensor) bool { return t.DType().IsFloat() }
