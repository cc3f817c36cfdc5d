package gorgonia

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// Operations of an unrolled scan. Row is element at of the first axis; stack joins values
// along a new first axis.
type (
	row   struct{ at int }
	stack struct{}
)

func (o row) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{{DType: in[0].DType, Shape: in[0].Shape[1:]}}
}

func (stack) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{{DType: in[0].DType, Shape: append(graph.Shape{len(in)}, in[0].Shape...)}}
}

func (o row) String() string { return fmt.Sprintf("row[%d]", o.at) }
func (stack) String() string { return "stack" }

// scan lowers the body once per step: Gorgonia has no loops.
func (l *lowering) scan(n *graph.Node, op graph.Scan, in []*value) []*value {
	if l.loop == nil {
		l.loop = n
		defer func() { l.loop = nil }()
	}
	body := op.Body
	used := l.used[n]
	carries, seqs, constants := in[:op.Carries:op.Carries], in[op.Carries:op.Carries+op.Seqs], in[op.Carries+op.Seqs:]
	steps := make([][]*value, len(used)) // of each result, by step
	for s := range op.Length {
		t := s
		if op.Reverse {
			t = op.Length - 1 - s
		}
		args := carries
		for _, x := range seqs {
			args = append(args, l.apply(n, row{t}, x))
		}
		vals := l.block(body, append(args, constants...))
		carries = make([]*value, op.Carries)
		for i, o := range body.Outputs {
			if i < op.Carries {
				carries[i] = vals[o]
			} else if used[i] {
				place(&steps[i], op.Length, t, vals[o])
			}
		}
		for _, o := range body.Nodes {
			if i := op.History(o); used[i] {
				place(&steps[i], op.Length, t, vals[o])
			}
		}
	}
	return l.stacked(n, carries, steps)
}

// stacked returns the results of a scan: the last carries, and the other results stacked along a
// new first axis.
func (l *lowering) stacked(n *graph.Node, carries []*value, steps [][]*value) []*value {
	results := make([]*value, len(steps))
	copy(results, carries)
	for i, all := range steps {
		if all != nil {
			results[i] = l.apply(n, stack{}, all...)
		}
	}
	return results
}

func place(all *[]*value, length, t int, v *value) {
	if *all == nil {
		*all = make([]*value, length)
	}
	(*all)[t] = v
}

// need marks the nodes that the outputs of g and the used results of its scans depend on. Scans
// follow their results in reverse order, so a single pass from the end suffices.
func (l *lowering) need(g *graph.Graph) {
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		n := g.Nodes[i]
		if !l.needs[n] {
			continue
		}
		for _, o := range n.In {
			l.needs[o] = true
		}
		switch op := n.Op.(type) {
		case graph.Result:
			of := n.In[0]
			if l.used[of] == nil {
				l.used[of] = make([]bool, len(of.Results))
			}
			l.used[of][op.Index] = true
		case graph.Scan:
			for _, o := range op.Body.Outputs {
				l.needs[o] = true
			}
			for _, o := range op.Body.Nodes {
				if l.used[n][op.History(o)] {
					l.needs[o] = true
				}
			}
			l.need(op.Body)
		}
	}
}
