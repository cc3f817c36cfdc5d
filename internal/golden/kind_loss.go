package golden

import (
	"encoding/json"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/tensor"
)

type lossCase struct {
	Class        string
	Config       json.RawMessage
	Serialized   json.RawMessage
	YTrue        Array `json:"y_true"`
	YPred        Array `json:"y_pred"`
	SampleWeight Array `json:"sample_weight"`
	Mask         Array
	Output       Array
	Grad         Array `json:"grad_y_pred"`
}

func runLoss(c *Case) error {
	var f lossCase
	if err := c.Decode(&f); err != nil {
		return err
	}
	l, err := build[losses.Loss](f.Class, f.Config)
	if err != nil {
		return err
	}
	if err := serializes(l, f.Serialized); err != nil {
		return err
	}
	got, err := f.eval(c, l)
	if err != nil {
		return err
	}
	if err := c.Compare("loss", got[0], f.Output.Tensor, 1e-5); err != nil {
		return err
	}
	return c.Compare("gradient", got[1], f.Grad.Tensor, 1e-5)
}

// eval returns the loss and the gradient of its sum with respect to the predictions.
func (f *lossCase) eval(c *Case, l losses.Loss) ([]*tensor.Tensor, error) {
	in := []*tensor.Tensor{f.YTrue.Tensor, f.YPred.Tensor}
	for _, a := range []Array{f.SampleWeight, f.Mask} {
		if a.Tensor != nil {
			in = append(in, a.Tensor)
		}
	}
	return Eval(c.Dev, func(in []*graph.Node) []*graph.Node {
		rest := in[2:]
		next := func(a Array) (n *graph.Node) {
			if a.Tensor != nil {
				n, rest = rest[0], rest[1:]
			}
			return n
		}
		weight, mask := next(f.SampleWeight), next(f.Mask)
		y := losses.Compute(l, in[0], in[1], weight, mask)
		one := y.Graph().Const(y.DType, 1, y.Shape...)
		return []*graph.Node{y, graph.VJP([]*graph.Node{y}, []*graph.Node{one}, in[1:2])[0]}
	}, in...)
}
