package native

import (
	"github.com/rhyton/rhyton/graph"
)

type (
	// Narrow rounds the float32 result of an operation on half floats to its type.
	Narrow struct{ graph.Cast }
	// Round rounds float32 to the nearest half float and leaves it float32.
	Round struct{ To graph.DType }
)

func (o Narrow) Infer(in []graph.Type) []graph.Type { return o.Cast.Infer(in) }
func (Round) Infer(in []graph.Type) []graph.Type    { return in[:1] }
func (o Round) String() string                      { return "round[" + o.To.String() + "]" }
