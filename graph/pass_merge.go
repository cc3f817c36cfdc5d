package graph

import (
	"fmt"
	"math"
)

// merged replaces nodes that apply the same operation to the same operands by one node.
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

// An identity describes how a value is computed: equal identities are the same value.
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
	case Const: // 0 and -0 are equal but different values
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

// signed64 is an operation whose number is compared bit by bit.
type signed64 struct {
	op   Op
	bits uint64
}
