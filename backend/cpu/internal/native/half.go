package native

import (
	"github.com/rhyton/rhyton/graph"
)

type (
	// Narrow rounds the float32 result of an operation to the half float that it is.
	Narrow struct{ graph.Cast }
	// Round rounds float32 to what a half float has of it.
	Round struct{ To graph.DType }
)

func (o Narrow) Infer(in []graph.Type) []graph.Type { return o.Cast.Infer(in) }
func (Round) Infer(in []graph.Type) []graph.Type    { return in[:1] }
func (o Round) String() string                      { return "round[" + o.To.String() + "]" }
