// Package uses says who reads the nodes of a graph.
package uses

import (
	"github.com/rhyton/rhyton/graph"
)

// Readers counts the readers of each node, outputs and updates among them. Dead nodes do not
// count, and have none.
func Readers(g *graph.Graph) []int {
	uses := make([]int, len(g.Nodes))
	for _, n := range g.Outputs {
		uses[n.ID]++
	}
	for _, u := range g.Updates {
		uses[u.Node.ID]++
	}
	for i := len(g.Nodes) - 1; i >= 0; i-- {
		if uses[i] > 0 {
			for _, in := range g.Nodes[i].In {
				uses[in.ID]++
			}
		}
	}
	return uses
}

// Users are the nodes that read each node; readers, from Readers, says which are alive.
func Users(g *graph.Graph, readers []int) [][]*graph.Node {
	users := make([][]*graph.Node, len(g.Nodes))
	for _, n := range g.Nodes {
		if readers[n.ID] == 0 {
			continue
		}
		for _, in := range n.In {
			users[in.ID] = append(users[in.ID], n)
		}
	}
	return users
}
