// Gradient descent on (x₁-3)² + (x₂+2)² from (0, 0), by hand, with the course's numbers.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

// f computes (x₁-3)² + (x₂+2)² for each row of x.
func f(x *graph.Node) *graph.Node {
	target := x.Graph().Literal(tensor.Of([]float32{3, -2}))
	return ops.Sum(ops.Square(ops.Subtract(x, target)), -1)
}

func run(context.Context) error {
	x := jit.NewVariable(tensor.Of([]float32{0, 0}))
	step := jit.Func(func(g *graph.Graph) *graph.Node {
		at := x.Read(g)
		y := f(at)
		x.Update(ops.Subtract(at, ops.Scale(graph.Grad(y, at)[0], 0.1)))
		return y
	})
	path := [2][]float64{{0}, {0}}
	for i := range 15 {
		y, err := step.Call()
		if err != nil {
			return err
		}
		at, err := x.Value()
		if err != nil {
			return err
		}
		v, _ := tensor.As[float64](at)
		path[0], path[1] = append(path[0], v[0]), append(path[1], v[1])
		fmt.Printf("step %2d: f was %.6f, x is now (%.6f, %.6f)\n", i, y, v[0], v[1])
	}
	fmt.Println("course:  step 0 (0.600000, -0.400000), step 14 (2.894447, -1.929631)")
	value := jit.Func(f)
	return plots.Save(example.Picture("gradient_descent.png"), plots.Figure{
		Title: "15 steps of gradient descent", X: "x1", Y: "x2", Equal: true,
		Marks: []plots.Mark{
			plots.Boundary{XMin: -1, XMax: 5, YMin: -4, YMax: 1, Level: new(0.), Value: example.Plane(func(p *tensor.Tensor) (*tensor.Tensor, error) { return value.Call(p) })},
			plots.Line{Name: "path", X: path[0], Y: path[1], Dots: true},
			plots.Points{Name: "minimum", X: []float64{3}, Y: []float64{-2}, Size: 4},
		}})
}
