package gorgonia

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/graph"
)

// named returns the name of n's operation and its origin.
func named(n *graph.Node, op graph.Op) string {
	text := fmt.Sprint(op)
	if n.Label != "" {
		text += " of " + n.Label
	}
	return text
}

// unsupported returns the operations of g and of its loops' bodies that this device does not
// support. The origin of an operation in a loop body is that of the loop.
func unsupported(g *graph.Graph, loop string, list []string) []string {
	for _, n := range g.Nodes {
		if n.Label == "" && loop != "" {
			n = &graph.Node{Op: n.Op, Type: n.Type, Results: n.Results, Label: loop}
		}
		switch op := n.Op.(type) {
		case graph.Composite:
			list = append(list, named(n, op))
		case graph.Scan:
			list = unsupported(op.Body, n.Label, list)
		default:
			for _, t := range append(n.Results, n.Type) {
				if _, ok := physical[t.DType]; !ok {
					list = append(list, named(n, op)+" in "+t.DType.String())
					break
				}
			}
		}
	}
	return list
}

// refused returns an error that lists the first few distinct operations.
func refused(list []string) error {
	const most = 6
	var names []string
	for _, s := range list {
		if !slices.Contains(names, s) {
			names = append(names, s)
		}
	}
	more := ""
	if n := len(names) - most; n > 0 {
		names, more = names[:most], fmt.Sprintf(" and %d more", n)
	}
	return fmt.Errorf("gorgonia: %s%s: %w by this device; use another such as \"cpu\"", strings.Join(names, ", "), more, backend.ErrUnsupported)
}

// tooLong returns the error for a graph that is too large after unrolling its loops.
func tooLong(n *graph.Node) error {
	return fmt.Errorf("gorgonia: %s: %w by this device: it unrolls loops, and with this one the graph has more than %d operations; "+
		"shorten the sequence or use another device such as \"cpu\"", named(n, n.Op), backend.ErrUnsupported, maxNodes)
}
