package targets

import "github.com/rhyton/rhyton/graph"

// Linear reports whether n is clearly the output of a layer without activation.
func Linear(n *graph.Node) bool {
	switch op := n.Op.(type) {
	case graph.MatMul, graph.Conv:
		return true
	case graph.Reshape:
		return Linear(n.In[0])
	case graph.Binary: // the bias
		_, wide := n.In[1].Op.(graph.Broadcast)
		return op.Fn == graph.Add && wide && Linear(n.In[0])
	}
	return false
}
