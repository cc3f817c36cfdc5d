package native

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// ClampIndex brings indices of rows into range: negative ones count from the end, and one out of
// range becomes the nearest row. Operand int32 or int64; result int64.
type ClampIndex struct{ Rows int }

func (o ClampIndex) String() string { return fmt.Sprintf("clamp_index[rows=%d]", o.Rows) }

func (ClampIndex) Infer(in []graph.Type) []graph.Type {
	return []graph.Type{{DType: graph.Int64, Shape: in[0].Shape}}
}
