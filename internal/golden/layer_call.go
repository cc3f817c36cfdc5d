package golden

import (
	"encoding/json"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
)

// runHostLayer runs the layers that work on the host, on strings or before a model.
func runHostLayer(c *Case, k *layerCase) (done bool, err error) {
	for _, x := range k.Inputs {
		if x.Tensor == nil {
			return true, Unsupported("an input that is no array")
		}
		if !numeric(x) {
			return true, Unsupported("strings")
		}
	}
	if len(k.Adapt) > 0 && string(k.Adapt) != "null" {
		return true, Unsupported("adapt")
	}
	return false, nil
}

func numeric(x Array) bool { return x.DType().String() != "string" }

// call applies the layer with the case's further arguments.
func (k *layerCase) call(s *layers.Scope, l layers.Stateful, in []*graph.Node) []*graph.Node {
	args := append([]*graph.Node{}, in...)
	for name, raw := range k.CallKwargs {
		switch name {
		case "mask":
			k.setMasks(s, args, raw)
		default:
			graph.Errorf("argument %q", name)
		}
	}
	return s.CallAll(l, args...)
}

// setMasks gives each input its mask.
func (k *layerCase) setMasks(s *layers.Scope, in []*graph.Node, raw json.RawMessage) {
	var one Array
	if json.Unmarshal(raw, &one) == nil && one.Tensor != nil {
		s.SetMask(in[0], s.Graph().Literal(one.Tensor))
		return
	}
	var list []Array
	if err := json.Unmarshal(raw, &list); err != nil {
		graph.Errorf("mask: %v", err)
	}
	for i, m := range list {
		if m.Tensor != nil {
			s.SetMask(in[i], s.Graph().Literal(m.Tensor))
		}
	}
}
