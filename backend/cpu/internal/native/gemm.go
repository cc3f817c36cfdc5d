package native

import (
	"github.com/rhyton/rhyton/graph"
)

// turn is t for a transposed operand, n for one that is not.
func turn(transposed bool) string {
	if transposed {
		return "t"
	}
	return "n"
}

func (o Gemm) Infer(in []graph.Type) []graph.Type { return o.MatMul.Infer(in[:2]) }

func (o Gemm) String() string {
	return "gemm" + list(turn(o.TransA)+" "+turn(o.TransB), when(o.Bias, "bias"), when(o.Sum, "sum"), when(o.Mask, "mask"),
		o.Act.String(), o.Precision.String())
}

// Bare reports whether o is the product alone.
func (o Gemm) Bare() bool { return o == Gemm{MatMul: o.MatMul, Precision: o.Precision} }

// GemmOf is the matrix product that n is, with its epilogue.
func GemmOf(n *graph.Node) (op Gemm, ok bool) {
	switch o := n.Op.(type) {
	case graph.MatMul:
		return Gemm{MatMul: o}, true
	case Gemm:
		return o, true
	}
	return op, false
}
