package graph

// exposed turns the histories of scans that are read into step results of their bodies and
// drops the results and histories nobody reads, so that what follows need not know of them.
func exposed(g *Graph) *Graph {
	used := map[*Node]map[int]bool{}
	for _, n := range g.Nodes {
		if r, ok := n.Op.(Result); ok {
			if used[n.In[0]] == nil {
				used[n.In[0]] = map[int]bool{}
			}
			used[n.In[0]][r.Index] = true
		}
	}
	place := map[*Node]map[int]int{} // of the results of each scan
	return Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
		switch op := old.Op.(type) {
		case Result:
			if to, ok := place[old.In[0]]; ok {
				return out.Apply(Result{to[op.Index]}, in[0])
			}
		case Scan:
			var body *Graph
			body, place[old] = op.expose(used[old])
			return out.Apply(op.with(exposed(body)), in...)
		}
		return nil
	})
}

// expose returns the body whose step results are the used ones, and where each result went.
func (o Scan) expose(used map[int]bool) (*Graph, map[int]int) {
	body := *o.Body
	place := map[int]int{}
	body.Outputs = append([]*Node{}, o.Body.Outputs[:o.Carries]...)
	for i := range o.Carries {
		place[i] = i
	}
	for i := o.Carries; i < len(o.Body.Outputs)+len(o.Body.Nodes); i++ {
		if !used[i] {
			continue
		}
		n := o.Body.Nodes[max(i-len(o.Body.Outputs), 0)]
		if i < len(o.Body.Outputs) {
			n = o.Body.Outputs[i]
		}
		place[i] = len(body.Outputs)
		body.Outputs = append(body.Outputs, n)
	}
	return &body, place
}
