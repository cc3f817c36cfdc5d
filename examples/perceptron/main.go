// A perceptron with a custom training loop: the whole step, including gradient and update, is
// one compiled function, as with @tf.function.
package main

import (
	"context"
	"fmt"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/examples/internal/example"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

func main() { example.Main(run) }

func run(context.Context) error {
	train, test, err := example.Classification()
	if err != nil {
		return err
	}
	W := jit.NewVariable(tensor.Of([]float32{0.5, -0.5}, 2, 1))
	B := jit.NewVariable(tensor.Of([]float32{0}))
	logits := func(x *graph.Node) *graph.Node {
		return ops.Add(ops.MatMul(x, W.Read(x.Graph())), B.Read(x.Graph()))
	}
	// The labels are integers of shape (batch); the loss expects floats of shape (batch, 1).
	column := func(y *graph.Node) *graph.Node { return ops.ExpandDims(ops.Cast(y, graph.Float32), 1) }
	step := jit.Func(func(x, y *graph.Node) *graph.Node {
		w, b := W.Read(x.Graph()), B.Read(x.Graph())
		loss := ops.Mean(ops.SigmoidCrossEntropy(column(y), logits(x)))
		d := graph.Grad(loss, w, b)
		W.Update(ops.Subtract(w, ops.Scale(d[0], 0.1)))
		B.Update(ops.Subtract(b, ops.Scale(d[1], 0.1)))
		return loss
	})
	accuracy := jit.Func(func(x, y *graph.Node) *graph.Node {
		right := ops.Equal(ops.Cast(ops.Greater(logits(x), ops.Scalar(x, 0)), graph.Float32), column(y))
		return ops.Mean(ops.Cast(right, graph.Float32))
	})

	batches := &datasets.Batched{Data: train, Size: 2, Shuffle: true, Seed: 1}
	course := []float64{.38, .52, .45, .33, .42, .33, .63, .63, .26, .34}
	for epoch := range 10 {
		var loss *tensor.Tensor
		for b, err := range batches.Batches() {
			if err != nil {
				return err
			}
			if loss, err = step.Call(b.X[0], b.Y[0]); err != nil {
				return err
			}
		}
		fmt.Printf("epoch %d: last batch loss = %.2f   course, in its own order: %.2f\n", epoch, loss, course[epoch])
	}
	for _, part := range []struct {
		name string
		data *datasets.Arrays
	}{{"train", train}, {"test", test}} {
		a, err := accuracy.Call(part.data.X[0], part.data.Y[0])
		if err != nil {
			return err
		}
		fmt.Printf("%s accuracy %.3f\n", part.name, a)
	}
	fmt.Println("course: .4667, for it compares the test labels with predictions for other points")

	probability := jit.Func(func(x *graph.Node) *graph.Node { return ops.Sigmoid(logits(x)) })
	x, y := example.Columns(test.X[0])
	return plots.Save(example.Picture("perceptron.png"), plots.Figure{Title: "perceptron: the test points", X: "x0", Y: "x1", Marks: []plots.Mark{
		plots.Boundary{Name: "p = 0.5", XMin: -5, XMax: 5, YMin: -5, YMax: 5,
			Value: example.Plane(func(p *tensor.Tensor) (*tensor.Tensor, error) { return probability.Call(p) })},
		plots.Points{X: x, Y: y, Class: example.Labels(test.Y[0]), Names: []string{"class 0", "class 1"}},
	}})
}
