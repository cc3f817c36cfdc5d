package graph

import "fmt"

// Scan runs Body Length times. Operands: Carries initial values, Seqs sequences with the
// time axis first (Length, …), then constants. Body's inputs are the carries, one step of
// each sequence and the constants; its outputs are the next carries and the step's results.
//
// Results: the final carries; each step result stacked along a new first axis; then the history
// of every node of Body, stacked likewise, of which a device computes those that are used (the
// gradient reads the values it needs from them). With Reverse, time runs from Length-1 to 0, and
// step t still uses index t.
type Scan struct {
	Body                  *Graph
	Length, Carries, Seqs int
	Reverse               bool
}

// Steps returns the number of step results.
func (o Scan) Steps() int { return len(o.Body.Outputs) - o.Carries }

// History returns the index of the result that stacks node n of Body.
func (o Scan) History(n *Node) int { return len(o.Body.Outputs) + n.ID }

func (o Scan) Infer(in []Type) []Type {
	b := o.Body
	if len(in) != len(b.Inputs) {
		Errorf("scan: %d operands for a body of %d inputs", len(in), len(b.Inputs))
	}
	for i, n := range b.Inputs {
		want := n.Type
		if i >= o.Carries && i < o.Carries+o.Seqs {
			want = stacked(o.Length, want)
		}
		if !in[i].Equal(want) {
			Errorf("scan: operand %d is %v; want %v", i, in[i], want)
		}
	}
	var out []Type
	for i, n := range b.Outputs {
		if i < o.Carries {
			if !n.Type.Equal(in[i]) {
				Errorf("scan: carry %d starts as %v and becomes %v", i, in[i], n.Type)
			}
			out = append(out, n.Type)
		} else {
			out = append(out, stacked(o.Length, n.Type))
		}
	}
	for _, n := range b.Nodes {
		if len(n.Shape) == MaxRank {
			Errorf("scan: a value of rank %d in the body; at most %d", MaxRank, MaxRank-1)
		}
		out = append(out, stacked(o.Length, n.Type))
	}
	return out
}

func (o Scan) String() string { return fmt.Sprintf("scan[length=%d reverse=%v]", o.Length, o.Reverse) }

func stacked(n int, t Type) Type { return Type{t.DType, append(Shape{n}, t.Shape...)} }

// A Loop describes a Scan: Init are the initial carries, Seqs the sequences read step by step,
// time first. Without Seqs, Length is the number of steps.
type Loop struct {
	Init, Seqs []*Node
	Length     int
	Reverse    bool
}

// Run returns the final carries and the stacked results of body, which maps the carries and one
// step of each sequence to the next carries and the step's results. body may use any node of the
// enclosing graph; it must not draw random numbers or assign variables.
func (l Loop) Run(body func(carry, x []*Node) (next, results []*Node)) (final, stack []*Node) {
	all := append(append([]*Node{}, l.Init...), l.Seqs...)
	if len(all) == 0 {
		Errorf("scan: no carries and no sequences")
	}
	g := deepest(all)
	op := Scan{Body: newGraph(g), Length: l.Length, Carries: len(l.Init), Seqs: len(l.Seqs), Reverse: l.Reverse}
	b := op.Body
	for _, n := range l.Init {
		b.Input(n.DType, n.Shape...)
	}
	for _, n := range l.Seqs {
		if len(n.Shape) == 0 || op.Length != 0 && n.Shape[0] != op.Length {
			Errorf("scan: sequence %v; want %d steps along the first axis", n.Type, op.Length)
		}
		op.Length = n.Shape[0]
		b.Input(n.DType, n.Shape[1:]...)
	}
	if op.Length < 1 {
		Errorf("scan: a sequence of length 0")
	}
	next, results := body(b.Inputs[:op.Carries:op.Carries], b.Inputs[op.Carries:])
	if len(next) != op.Carries {
		Errorf("scan: %d carries become %d", op.Carries, len(next))
	}
	return op.finish(g, all, next, results)
}

// finish completes the body with its outputs and captured constants, and applies op.
func (op Scan) finish(g *Graph, in, next, results []*Node) (final, stack []*Node) {
	b := op.Body
	for _, n := range append(append([]*Node{}, next...), results...) {
		b.Outputs = append(b.Outputs, b.own(n))
	}
	for _, n := range b.captured {
		c := b.capture[n]
		c.Op = Input{Index: len(b.Inputs), DType: c.DType, Dims: DimsOf(c.Shape)}
		b.Inputs = append(b.Inputs, c)
		in = append(in, n)
	}
	n := g.Apply(op, in...)
	for i := range b.Outputs {
		r := ResultOf(n, i)
		if i < op.Carries {
			final = append(final, r)
		} else {
			stack = append(stack, r)
		}
	}
	return final, stack
}
