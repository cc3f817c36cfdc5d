package native

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

// SparseAdam is fused.Adam of a weight of which a graph reads rows alone, so that its
// gradient is rows (see storage.AdamTable). Operands w, m, v, rate and then indices and gradients of
// rows in turn.
type SparseAdam struct{ fused.Adam }

func (SparseAdam) Infer(in []graph.Type) []graph.Type { return in[:3] }
func (o SparseAdam) String() string                   { return fmt.Sprintf("sparse_adam%v", o.Adam) }
