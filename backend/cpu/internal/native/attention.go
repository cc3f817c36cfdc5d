package native

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

type (
	// Attention is fused.Attention with a precision of its products.
	Attention struct {
		fused.Attention
		Precision kernel.Precision
	}
	// AttentionGrad is fused.AttentionGrad likewise.
	AttentionGrad struct {
		fused.AttentionGrad
		Precision kernel.Precision
	}
)

// attentionParts is the least heads of keys in a batch for which attention is one kernel. Each
// is the work of one thread in the backward pass; with fewer, the products alone are split
// better.
const attentionParts = 4

// Attends reports whether there is a kernel for attention with queries and keys of these shapes,
// (batch, time, heads, dim).
func Attends(q, k graph.Shape) bool {
	return k[0]*k[2] >= attentionParts && q.Size() > 0 && k.Size() > 0
}
