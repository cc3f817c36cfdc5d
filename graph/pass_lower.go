package graph

// lowered decomposes the composites for which native is false, also in bodies of scans.
// Decompositions may contain scans whose histories are read; these are exposed before their
// bodies change.
func lowered(g *Graph, native func(Op) bool) *Graph {
	takes := func(op Op) bool { return native != nil && native(op) }
	for hasComposite(g, takes) {
		tuples := map[*Node][]*Node{} // the results of lowered composites
		g = ExposeHistories(Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
			switch op := old.Op.(type) {
			case Result:
				if t := tuples[old.In[0]]; t != nil {
					return t[op.Index]
				}
			case Scan:
				return out.Apply(op.with(lowered(op.Body, native)), in...)
			case Composite:
				if !takes(op) {
					t := op.Lower(in)
					tuples[old] = t
					return t[0]
				}
			}
			return nil
		}))
	}
	return g
}

func hasComposite(g *Graph, native func(Op) bool) bool {
	for _, n := range g.Nodes {
		switch op := n.Op.(type) {
		case Scan:
			if hasComposite(op.Body, native) {
				return true
			}
		case Composite:
			if !native(op) {
				return true
			}
		}
	}
	return false
}

// with returns o with another body of the same inputs and outputs.
func (o Scan) with(body *Graph) Scan {
	o.Body = body
	return o
}
