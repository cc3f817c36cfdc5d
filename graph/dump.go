package graph

import (
	"fmt"
	"strings"
)

// String returns g in readable form, one node per line:
//
//	%3 = matmul[n n] %0 %1 : float32(32, 10)    dense
func (g *Graph) String() string {
	var b strings.Builder
	g.dump(&b, "")
	return b.String()
}

func (g *Graph) dump(b *strings.Builder, indent string) {
	for _, n := range g.Nodes {
		fmt.Fprintf(b, "%s%%%d = %s", indent, n.ID, opText(n.Op))
		for _, in := range n.In {
			fmt.Fprintf(b, " %%%d", in.ID)
		}
		fmt.Fprintf(b, " : %v", n.Type)
		if n.Label != "" {
			fmt.Fprintf(b, "\t%s", n.Label)
		}
		b.WriteByte('\n')
		if s, ok := n.Op.(Scan); ok {
			s.Body.dump(b, indent+"    ")
		}
	}
	for _, u := range g.Updates {
		fmt.Fprintf(b, "%s%s = %%%d\n", indent, u.Var.Path, u.Node.ID)
	}
	fmt.Fprintf(b, "%sreturn", indent)
	for _, n := range g.Outputs {
		fmt.Fprintf(b, " %%%d", n.ID)
	}
	b.WriteByte('\n')
}

// opText is op as it says itself, or else its type and fields: fused.LSTM{false}.
func opText(op Op) string {
	if s, ok := op.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprintf("%T%v", op, op)
}
