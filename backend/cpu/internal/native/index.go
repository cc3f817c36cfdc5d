package native

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// ClampIndex is where indices of rows lie: one below 0 counts from the end, and one beyond the
// rows is the nearest that there is. Operand int32 or int64; result int64.
type ClampIndex struct{ Rows int }

func (o ClampIndex) String() string { return fmt.Sprintf("clamp_index[rows=%d]", o.Rows) }

func (ClampIndex) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{{DType: graph.Int64, Shape: in[0].Shape}}
}
