package graph

import (
	"fmt"
	"math"
)

// merged makes one node of those that apply the same operation to the same operands.
func merged(g *Graph) *Graph {
	first := map[identity]*Node{}
	return Rewrite(g, func(out *Graph, old *Node, in []*Node) *Node {
		id := identify(old.Op, in)
		if n := first[id]; n != nil {
			return n
		}
		n := out.keep(old, in)
		first[id] = n
		return n
	})
}

// An identity is what a value is made of: equal ones are the same value.
type identity struct {
	op   any
	in   [3]int
	more string // the operands after the third
}

func identify(op Op, in []*Node) identity {
	id := identity{op: op, in: [3]int{-1, -1, -1}}
	for i, n := range in {
		if i < len(id.in) {
			id.in[i] = n.ID
		} else {
			id.more += fmt.Sprint(n.ID, " ")
		}
	}
	switch op := op.(type) {
	case Const: // 0 and -0 are equal and yet two values
		bits := math.Float64bits(op.Value)
		op.Value = 0
		id.op = signed64{op, bits}
	case Pad:
		bits := math.Float64bits(op.Value)
		op.Value = 0
		id.op = signed64{op, bits}
	case Binary:
		if (op.Fn == Add || op.Fn == Mul) && id.in[0] > id.in[1] {
			id.in[0], id.in[1] = id.in[1], id.in[0]
		}
	}
	return id
}

// signed64 is an operation whose number is compared by its bits.
type signed64 struct {
	op   Op
	bits uint64
}
