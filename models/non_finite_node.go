package models

import (
	"cmp"
	"fmt"
	"math"
	"strings"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// examine runs a training step on b, computing all intermediate values, and describes the first
// value that is not finite: sample, phase, operation and layer.
func (r *run) examine(b *datasets.Batch) (string, error) {
	x, err := r.m.toDevice(b.X)
	if err != nil {
		return "", err
	}
	g, scalars, err := r.c.traceStep(learning, r.c.optimizer, typesOf(x), typesOf(b.Y), typesOf(b.Weights))
	if err != nil {
		return "", err
	}
	loss := g.Outputs[0]
	var nodes []*graph.Node
	for _, n := range g.Nodes {
		if len(n.In) > 0 && n.Results == nil && n.DType.IsFloat() {
			nodes = append(nodes, n)
		}
	}
	g.Outputs = nodes
	p, err := runtime.Compile(r.c.dev, g, r.m.values)
	if err != nil {
		return "", err
	}
	defer p.Close()
	in := append(append(append([]*tensor.Tensor{}, x...), b.Y...), b.Weights...)
	numbers := make([]float32, len(scalars.Inputs))
	scalars.Fill(numbers)
	for i := range numbers {
		in = append(in, tensor.Of(numbers[i:i+1], []int{}...))
	}
	values, err := p.Run(r.ctx, mix(r.c.cfg.Seed)+uint64(r.c.optimizer.Iterations), in...)
	if err != nil {
		return "", err
	}
	for i, n := range nodes {
		if !values[i].Finite() {
			return r.describeNode(n, values[i], loss, b.N), nil
		}
	}
	return "", nil
}

// describeNode describes the origin of a value that is not finite.
func (r *run) describeNode(n *graph.Node, value *tensor.Tensor, loss *graph.Node, samples int) string {
	at, what := notFinite(value)
	text := ""
	if shape := value.Shape(); len(shape) > 0 && shape[0] == samples {
		text = r.train.sampleText(at / max(value.Len()/samples, 1))
	}
	return text + fmt.Sprintf("%s: %s gives %v%s", phaseOf(n, loss), operation(n), what, r.placeOf(n))
}

// sampleText names sample i of the next batch.
func (s *source) sampleText(i int) string {
	d := s.batched
	if d == nil {
		return fmt.Sprintf("sample %d of it, ", i)
	}
	row := s.batch*cmp.Or(d.Size, 32) + i
	if d.Shuffle {
		row = datasets.Permutation(d.Data.Len(), d.Seed, s.pass)[row]
	}
	return fmt.Sprintf("sample %d of it (row %d of the data), ", i, row)
}

// notFinite returns the index and value of the first element that is NaN or infinite.
func notFinite(t *tensor.Tensor) (int, float64) {
	values, _ := tensor.As[float64](t)
	for i, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return i, v
		}
	}
	return 0, 0
}

// phaseOf names the part of a training step that a node is in: up to the loss, before the first of
// the scalars passed to the optimizer, or after it.
func phaseOf(n, loss *graph.Node) string {
	if n.ID <= loss.ID {
		return "in the forward pass"
	}
	for _, other := range n.Graph().Inputs {
		if other.ID > loss.ID && other.ID < n.ID {
			return "in the optimizer's update"
		}
	}
	return "in the gradient"
}

// operation names the operation of a node.
func operation(n *graph.Node) string {
	text := fmt.Sprint(n.Op)
	if _, ok := n.Op.(fmt.Stringer); !ok {
		text = fmt.Sprintf("%T", n.Op)
	}
	return strings.TrimPrefix(strings.TrimPrefix(text, "graph."), "fused.")
}

// placeOf names the layer that a node belongs to, with its line. For a gradient it is the layer of
// the node that is differentiated.
func (r *run) placeOf(n *graph.Node) string {
	label := n.Label
	for queue := n.In; label == "" && len(queue) > 0; queue = queue[1:] {
		label = queue[0].Label
		if queue[0].ID > n.ID-200 && len(queue) < 1000 {
			queue = append(queue, queue[0].In...)
		}
	}
	best, found, hint := "", "", ""
	for _, call := range r.m.calls() {
		if call.Layer == nil {
			continue
		}
		if path := access.Path(call.Layer); (label == path || strings.HasPrefix(label, path+"/")) && len(path) > len(best) {
			best, found, hint = path, call.Describe(), ""
			if l, ok := call.Layer.(interface{ NotFinite() string }); ok {
				hint = "; " + l.NotFinite()
			}
		}
	}
	switch {
	case found != "" && n.Label != "":
		return " in layer " + found + hint
	case found != "":
		return ", next to layer " + found
	case n.Label != "":
		return " in " + n.Label
	}
	return ""
}
