package graph

// ExposeHistories prepares the scans of g for rewriting by a device that lowers composites
// itself: a decomposition may read histories, which are numbered by the nodes of the body.
func ExposeHistories(g *Graph) *Graph { return exposed(dead(g)) }

// exposed turns the histories of scans that are read into step results of their bodies and
// removes unused results, histories, carries and operands, so that later passes need not handle
// histories.
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
			x := exposure{scan: op, used: used[old], need: map[*Node]bool{}, place: map[int]int{}}
			to, keep := x.run()
			place[old] = x.place
			var kept []*Node
			for _, k := range keep {
				kept = append(kept, in[k])
			}
			return out.Apply(to, kept...)
		}
		return nil
	})
}

// An exposure rewrites one scan.
type exposure struct {
	scan  Scan
	used  map[int]bool   // the results that are used
	need  map[*Node]bool // the nodes of the body they depend on
	place map[int]int    // where each result went
}

// run returns the new scan and which operands it keeps.
func (x *exposure) run() (Scan, []int) {
	o := x.scan
	for i := range o.Carries {
		if x.used[i] {
			x.require(o.Body.Inputs[i])
		}
	}
	for i := o.Carries; i < len(o.Body.Outputs)+len(o.Body.Nodes); i++ {
		if x.used[i] {
			x.require(o.result(i))
		}
	}
	body := *o.Body
	body.Inputs, body.Outputs = nil, nil
	to := Scan{Length: o.Length, Reverse: o.Reverse}
	var keep []int
	for k, n := range o.Body.Inputs {
		if !x.need[n] {
			continue
		}
		keep = append(keep, k)
		body.Inputs = append(body.Inputs, n)
		switch {
		case k < o.Carries:
			to.Carries++
			x.place[k] = len(body.Outputs)
			body.Outputs = append(body.Outputs, o.Body.Outputs[k])
		case k < o.Carries+o.Seqs:
			to.Seqs++
		}
	}
	x.steps(&body)
	to.Body = exposed(renumbered(dead(&body)))
	return to, keep
}

// require marks n and its dependencies, including those in previous steps.
func (x *exposure) require(n *Node) {
	for stack := []*Node{n}; len(stack) > 0; {
		n, stack = stack[len(stack)-1], stack[:len(stack)-1]
		if x.need[n] {
			continue
		}
		x.need[n] = true
		stack = append(stack, n.In...)
		if i, ok := n.Op.(Input); ok && i.Index < x.scan.Carries {
			stack = append(stack, x.scan.Body.Outputs[i.Index])
		}
	}
}

// result returns the node of the body that result i, a step result or history, stacks.
func (o Scan) result(i int) *Node {
	if i < len(o.Body.Outputs) {
		return o.Body.Outputs[i]
	}
	return o.Body.Nodes[i-len(o.Body.Outputs)]
}

// steps adds the used step results and histories to the body, a node once.
func (x *exposure) steps(body *Graph) {
	at := map[*Node]int{}
	for i := x.scan.Carries; i < len(x.scan.Body.Outputs)+len(x.scan.Body.Nodes); i++ {
		if !x.used[i] {
			continue
		}
		n := x.scan.result(i)
		k, ok := at[n]
		if !ok {
			k = len(body.Outputs)
			at[n] = k
			body.Outputs = append(body.Outputs, n)
		}
		x.place[i] = k
	}
}

// renumbered gives the inputs of a fresh copy their positions.
func renumbered(g *Graph) *Graph {
	for i, n := range g.Inputs {
		n.Op = Input{Index: i, DType: n.DType, Dims: DimsOf(n.Shape)}
	}
	return g
}
