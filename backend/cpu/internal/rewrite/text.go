package rewrite

import (
	"strings"

	"github.com/rhyton/rhyton/backend/cpu/internal/uses"
	"github.com/rhyton/rhyton/graph"
)

// Text writes g as its String does, without the nodes that nothing depends on.
func Text(g *graph.Graph) string {
	readers := uses.Readers(g)
	var b strings.Builder
	node, alive := -1, true
	for line := range strings.Lines(g.String()) {
		switch {
		case strings.HasPrefix(line, "%") && node+1 < len(readers):
			node++
			alive = readers[node] > 0
		case !strings.HasPrefix(line, " "): // updates and outputs
			alive = true
		}
		if alive {
			b.WriteString(line)
		}
	}
	return b.String()
}
