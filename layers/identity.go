package layers

import "github.com/rhyton/rhyton/graph"

func init() {
	register[Identity]()
}

// Identity returns its input: a place holder. Input and output: any one shape.
type Identity struct {
	State
	PassMask

	Name string `keras:"name"`
}

// Call returns x.
func (*Identity) Call(_ *Scope, x *graph.Node) *graph.Node { return x }
