package golden

import (
	"encoding/json"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

func runActivation(c *Case) error {
	var f struct {
		Function   string
		Config     json.RawMessage
		Inputs     []Array
		Outputs    []Array
		Cotangents []Array
		GradInputs []Array `json:"grad_inputs"`
	}
	if err := c.Decode(&f); err != nil {
		return err
	}
	a, err := build[activations.Activation](f.Function, f.Config)
	if err != nil {
		return err
	}
	if f.Cotangents == nil {
		got, err := Eval(c.Dev, func(in []*graph.Node) []*graph.Node { return []*graph.Node{a.Apply(in[0])} }, f.Inputs[0].Tensor)
		if err != nil {
			return err
		}
		return c.Compare("output", got[0], f.Outputs[0].Tensor, 1e-5)
	}
	got, err := evalGrad(c, a.Apply, f.Inputs[0].Tensor, f.Cotangents[0].Tensor)
	if err != nil {
		return err
	}
	if err := c.Compare("output", got[0], f.Outputs[0].Tensor, 1e-5); err != nil {
		return err
	}
	return c.Compare("gradient", got[1], f.GradInputs[0].Tensor, 5e-5)
}

// evalGrad returns f(x) and the gradient of Σ f(x)·cotangent with respect to x.
func evalGrad(c *Case, f func(x *graph.Node) *graph.Node, x, cotangent *tensor.Tensor) ([]*tensor.Tensor, error) {
	return Eval(c.Dev, func(in []*graph.Node) []*graph.Node {
		y := f(in[0])
		dx := graph.VJP([]*graph.Node{y}, in[1:], in[:1])[0]
		if dx == nil {
			dx = in[0].Graph().Const(in[0].DType, 0, in[0].Shape...)
		}
		return []*graph.Node{y, dx}
	}, x, cotangent)
}

// build returns the object of family T that a case describes.
func build[T any](class string, conf json.RawMessage) (T, error) {
	if len(conf) == 0 {
		conf = json.RawMessage("{}")
	}
	raw, err := json.Marshal(config.Spec{ClassName: class, Config: conf})
	if err != nil {
		var none T
		return none, err
	}
	return config.Unmarshal[T](raw)
}
