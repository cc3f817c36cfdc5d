package graph

// dead removes nodes that no output and no update depends on. Inputs stay.
func dead(g *Graph) *Graph {
	live := make([]bool, len(g.Nodes))
	for _, n := range g.Inputs {
		live[n.ID] = true
	}
	for _, n := range g.Outputs {
		live[n.ID] = true
	}
	for _, u := range g.Updates {
		live[u.Node.ID] = true
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		if live[i] {
			for _, n := range g.Nodes[i].In {
				live[n.ID] = true
			}
		}
	}
	out := newGraph(nil)
	out.Variables = g.Variables
	at := make([]*Node, len(g.Nodes))
	for i, old := range g.Nodes {
		if !live[i] {
			continue
		}
		n := &Node{Op: old.Op, Type: old.Type, Results: old.Results, ID: len(out.Nodes), Label: old.Label, g: out}
		for _, in := range old.In {
			n.In = append(n.In, at[in.ID])
		}
		out.Nodes = append(out.Nodes, n)
		at[i] = n
	}
	out.close(g, at)
	return out
}

// close copies the inputs, outputs and updates of g, whose node i became at[i].
func (out *Graph) close(g *Graph, at []*Node) {
	for _, n := range g.Inputs {
		out.Inputs = append(out.Inputs, at[n.ID])
	}
	for _, n := range g.Outputs {
		out.Outputs = append(out.Outputs, at[n.ID])
	}
	for _, u := range g.Updates {
		out.Updates = append(out.Updates, Update{u.Var, at[u.Node.ID]})
	}
}
