package golden

import (
	"encoding/json"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/tensor"
)

// runHostLayer runs a preprocessing layer on the host, adapting it first if the case says so. It
// returns the layer to run in a graph; done is true if the layer runs only on the host.
func runHostLayer(c *Case, k *layerCase) (l layers.Module, done bool, err error) {
	if l, err = build[layers.Module](k.Class, k.Config); err != nil {
		return nil, true, err
	}
	t, ok := l.(layers.Transformer)
	if !ok {
		return l, false, nil
	}
	var data Array
	if len(k.Adapt) > 0 {
		if err := json.Unmarshal(k.Adapt, &data); err != nil {
			return nil, true, err
		}
	}
	if data.Tensor != nil {
		if err := l.(layers.Adaptable).Adapt(data.Tensor); err != nil {
			return nil, true, err
		}
	}
	in := k.Inputs
	if raw, given := k.CallKwargs["count_weights"]; given {
		var w Array
		if err := json.Unmarshal(raw, &w); err != nil {
			return nil, true, err
		}
		in = append(in[:len(in):len(in)], w)
	}
	var x []*tensor.Tensor
	for _, a := range in {
		x = append(x, a.Tensor)
	}
	got, err := t.Transform(x...)
	if err == nil {
		out, _ := k.tolerances()
		err = c.Compare("transformed", got, k.Outputs[0].Tensor, out)
	}
	_, host := l.(layers.HostLayer)
	return l, host || err != nil, err
}

// call applies the layer with the additional arguments of the case.
func (k *layerCase) call(s *layers.Scope, l layers.Module, in []*graph.Node) []*graph.Node {
	args := append([]*graph.Node{}, in...)
	for name, raw := range k.CallKwargs {
		switch name {
		case "mask":
			k.setMasks(s, args, raw)
		case "initial_state", "attention_mask", "count_weights":
			args = append(args, literals(s, name, raw)...)
		case "value_mask", "key_mask":
			at := map[string]int{"value_mask": 1, "key_mask": 2}[name]
			s.SetMask(args[at], literals(s, name, raw)[0])
		case "query_mask": // Keras replaces it with the mask attached to the query, which is absent here
		default:
			var err error
			if l, err = access.SetCallArgument(l, name, raw); err != nil {
				graph.Errorf("%v", err)
			}
		}
	}
	return s.CallAll(l, args...)
}

// literals returns an array or a list of arrays as constants.
func literals(s *layers.Scope, name string, raw json.RawMessage) (nodes []*graph.Node) {
	var one Array
	list := []Array{}
	if err := json.Unmarshal(raw, &list); err != nil {
		if err := json.Unmarshal(raw, &one); err != nil || one.Tensor == nil {
			graph.Errorf("%s: %v", name, err)
		}
		list = []Array{one}
	}
	for _, a := range list {
		nodes = append(nodes, s.Graph().Literal(a.Tensor))
	}
	return nodes
}

// setMasks sets the mask of each input.
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
