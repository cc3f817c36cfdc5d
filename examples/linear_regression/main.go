// Linear regression with a custom training loop: fits a straight line to 120 noisy points by
// gradient descent with batches of 4. The numbers are the course's.
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

// course is the loss of the last batch of each epoch in the course's notebook.
var course = []float64{94.5247, 9.3428, 1.4166, 0.5224, 0.3807, 0.3495, 0.3413, 0.3390, 0.3384, 0.3382}

func main() { example.Main(run) }

func run(context.Context) error {
	table, err := datasets.CSV{Features: []string{"x"}, Targets: []string{"y"}}.Load(example.File("course/linear_regression_seed13_n120.csv"))
	if err != nil {
		return err
	}
	order, err := datasets.CSV{Label: "shuffle_index"}.Load(example.File("course/linear_regression_seed13_n120.csv"))
	if err != nil {
		return err
	}
	shuffled := datasets.Pick(table.Arrays(), example.Labels(order.Y))

	W := jit.NewVariable(tensor.Of([]float32{100}, 1, 1))
	B := jit.NewVariable(tensor.Of([]float32{0}))
	train := jit.Func(func(x, y *graph.Node) *graph.Node {
		w, b := W.Read(x.Graph()), B.Read(x.Graph())
		loss := ops.Mean(ops.Square(ops.Subtract(ops.Add(ops.MatMul(x, w), b), y)))
		d := graph.Grad(loss, w, b)
		W.Update(ops.Subtract(w, ops.Scale(d[0], 0.1)))
		B.Update(ops.Subtract(b, ops.Scale(d[1], 0.1)))
		return loss
	})
	for epoch := range 10 {
		var loss *tensor.Tensor
		for batch, err := range (&datasets.Batched{Data: shuffled, Size: 4}).Batches() {
			if err != nil {
				return err
			}
			if loss, err = train.Call(batch.X[0], batch.Y[0]); err != nil {
				return err
			}
		}
		fmt.Printf("epoch %d: last batch loss = %.4f   course: %.4f\n", epoch, loss, course[epoch])
	}
	w, err := W.Value()
	if err != nil {
		return err
	}
	b, err := B.Value()
	if err != nil {
		return err
	}
	fmt.Printf("w = %.4f, b = %.4f   course: 1.8617, 1.0711\n", w, b)
	return draw(table, w, b)
}

func draw(table *datasets.Table, w, b *tensor.Tensor) error {
	x, err := tensor.As[float64](table.X)
	if err != nil {
		return err
	}
	y, err := tensor.As[float64](table.Y)
	if err != nil {
		return err
	}
	slope, err := w.At(0, 0)
	if err != nil {
		return err
	}
	bias, err := b.At(0)
	if err != nil {
		return err
	}
	return plots.Save(example.Picture("linear_regression.png"), plots.Figure{Title: "linear regression", X: "x", Y: "y", Marks: []plots.Mark{
		plots.Points{Name: "data", X: x, Y: y},
		plots.Line{Name: fmt.Sprintf("%.2f x + %.2f", slope, bias), X: []float64{0, 3}, Y: []float64{bias, 3*slope + bias}},
	}})
}
