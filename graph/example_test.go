package graph_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// Grad adds the nodes of a gradient to the graph: that of a·b by a, which is b, for a gradient
// of 1 at the result.
func ExampleGrad() {
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		a, b := g.Input(graph.Float32), g.Input(graph.Float32)
		return graph.Grad(graph.Apply(graph.Binary{Fn: graph.Mul}, a, b), a)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Print(graph.Prepare(g, nil)) // simplified
	// Output:
	// %0 = input[0] : float32()
	// %1 = input[1] : float32()
	// return %1
}

// A graph is traced from a function that applies operations to nodes. A misused operation is
// an error of Trace, not a panic.
func ExampleTrace() {
	_, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x, w := g.Input(graph.Float32, 2, 3), g.Input(graph.Float32, 4, 5)
		return []*graph.Node{graph.Apply(graph.MatMul{}, x, w)}
	})
	fmt.Println(err)
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		x, w := g.Input(graph.Float32, 2, 3), g.Input(graph.Float32, 3, 5)
		return []*graph.Node{graph.Apply(graph.MatMul{}, x, w)}
	})
	fmt.Print(g, err)
	// Output:
	// matmul: cannot multiply float32(2, 3) by float32(4, 5): inner extents 3 and 4
	// %0 = input[0] : float32(2, 3)
	// %1 = input[1] : float32(3, 5)
	// %2 = matmul[n n] %0 %1 : float32(2, 5)
	// return %2
	//  <nil>
}
