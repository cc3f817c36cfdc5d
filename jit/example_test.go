package jit_test

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// The gradient of any expression: c = √(a² + b²), elementwise, and ∂c/∂a.
func Example_gradient() {
	f := jit.Func(func(a, b *graph.Node) *graph.Node {
		return ops.Sqrt(ops.Add(ops.Square(a), ops.Square(b)))
	})
	a := tensor.Of([]float32{3, 5, 8, 7}, 2, 2)
	b := tensor.Of([]float32{4, 12, 15, 24}, 2, 2)
	c, d, err := f.ValueAndGrad(a, b)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(c.Data())
	fmt.Printf("%.4f\n", d[0].Data())
	// Output:
	// [5 13 17 25]
	// [0.6000 0.3846 0.4706 0.2800]
}

// Gradient descent on (x₁-3)² + (x₂+2)² from (0, 0).
func Example_minimize() {
	x := jit.NewVariable(tensor.Of([]float32{0, 0}))
	step := jit.Func(func(g *graph.Graph) *graph.Node {
		at := x.Read(g)
		loss := ops.Sum(ops.Square(ops.Subtract(at, g.Literal(tensor.Of([]float32{3, -2})))))
		x.Update(ops.Subtract(at, ops.Scale(graph.Grad(loss, at)[0], 0.1)))
		return loss
	})
	for i := range 15 {
		if _, err := step.Call(); err != nil {
			fmt.Println(err)
			return
		}
		if at, err := x.Value(); err == nil && i%7 == 0 {
			fmt.Printf("step %2d: %.6f\n", i, at.Data())
		}
	}
	// Output:
	// step  0: [0.600000 -0.400000]
	// step  7: [2.496684 -1.664456]
	// step 14: [2.894447 -1.929631]
}

// Linear regression y ≈ W·x + b with a custom training loop over minibatches.
func Example_linearRegression() {
	W := jit.NewVariable(tensor.Of([]float32{-1}, 1, 1))
	B := jit.NewVariable(tensor.Of([]float32{0}))
	train := jit.Func(func(x, y *graph.Node) *graph.Node {
		w, b := W.Read(x.Graph()), B.Read(x.Graph())
		loss := ops.Mean(ops.Square(ops.Subtract(ops.Add(ops.MatMul(x, w), b), y)))
		d := graph.Grad(loss, w, b)
		W.Update(ops.Subtract(w, ops.Scale(d[0], 0.1)))
		B.Update(ops.Subtract(b, ops.Scale(d[1], 0.1)))
		return loss
	})
	x := []float32{0, .25, .5, .75, 1, 1.25, 1.5, 1.75}
	y := make([]float32, len(x))
	for i := range x {
		y[i] = 2*x[i] + 1
	}
	for range 100 {
		for i := 0; i < len(x); i += 4 {
			_, err := train.Call(tensor.Of(x[i:i+4], 4, 1), tensor.Of(y[i:i+4], 4, 1))
			if err != nil {
				fmt.Println(err)
				return
			}
		}
	}
	w, _ := W.Value()
	b, _ := B.Value()
	fmt.Printf("y = %.3f·x + %.3f\n", w.Data(), b.Data())
	// Output:
	// y = [2.000]·x + [1.000]
}

// A logistic perceptron: the whole step, including gradients and updates, is one compiled
// function. The loss takes logits, so it never overflows.
func Example_perceptron() {
	W := jit.NewVariable(tensor.Of([]float32{0, 0}, 2, 1))
	B := jit.NewVariable(tensor.Of([]float32{0}))
	logits := func(x *graph.Node) *graph.Node {
		g := x.Graph()
		return ops.Add(ops.MatMul(x, W.Read(g)), B.Read(g))
	}
	train := jit.Func(func(x, y *graph.Node) *graph.Node {
		w, b := W.Read(x.Graph()), B.Read(x.Graph())
		loss := ops.Mean(ops.SigmoidCrossEntropy(y, logits(x)))
		d := graph.Grad(loss, w, b)
		W.Update(ops.Subtract(w, d[0]))
		B.Update(ops.Subtract(b, d[1]))
		return loss
	})
	accuracy := jit.Func(func(x, y *graph.Node) *graph.Node {
		right := ops.Equal(ops.Greater(logits(x), ops.Scalar(x, 0)), y)
		return ops.Mean(ops.Cast(right, graph.Float32))
	})

	x := tensor.Of([]float32{0, 0, 0, 1, 1, 0, 1, 1}, 4, 2)
	y := tensor.Of([]float32{0, 0, 0, 1}, 4, 1) // logical and
	for i := range 101 {
		loss, err := train.Call(x, y)
		if err != nil {
			fmt.Println(err)
			return
		}
		if i%50 == 0 {
			fmt.Printf("step %3d: loss %.4f\n", i, loss.Data())
		}
	}
	a, _ := accuracy.Call(x, y)
	fmt.Println("accuracy", a.Data())
	// Output:
	// step   0: loss [0.6931]
	// step  50: loss [0.2269]
	// step 100: loss [0.1426]
	// accuracy [1]
}

// Gradients nest: f″ of f(x) = x³ is 6·x.
func Example_secondDerivative() {
	second := jit.Func(func(x *graph.Node) *graph.Node {
		first := graph.Grad(ops.Sum(ops.Multiply(x, ops.Square(x))), x)[0]
		return graph.Grad(ops.Sum(first), x)[0]
	})
	y, err := second.Call(tensor.Of([]float32{-1, 0, 2}))
	fmt.Println(y.Data(), err)
	// Output: [-6 0 12] <nil>
}

// A single expression, evaluated immediately.
func ExampleEval() {
	y, err := jit.Eval(func(g *graph.Graph) *graph.Node {
		a := g.Literal(tensor.Of([]float32{1, 2, 3, 4}, 2, 2))
		return ops.Subtract(a, ops.Index(a, 0, 0)) // subtract the first row from every row
	})
	fmt.Println(y.Shape(), y.Data(), err)
	// Output: (2, 2) [0 0 2 2] <nil>
}

// Misuse is returned as an error that says what is wanted.
func ExampleFunction_Call() {
	f := jit.Func(func(a, b *graph.Node) *graph.Node { return ops.MatMul(a, b) })
	_, err := f.Call(tensor.New(tensor.Float32, 2, 3), tensor.New(tensor.Float32, 4, 2))
	fmt.Println(err)
	// Output: matmul: cannot multiply float32(2, 3) by float32(4, 2): inner extents 3 and 4
}

// A variable keeps its value between calls and can be changed there too.
func ExampleVariable() {
	n := jit.NewVariable(tensor.Scalar(float32(10)))
	halve := jit.Func(func(g *graph.Graph) *graph.Node {
		n.Update(ops.Scale(n.Read(g), 0.5))
		return n.Read(g) // sees the update
	})
	y, _ := halve.Call()
	err := n.AssignAdd(tensor.Scalar(float32(1)))
	v, _ := n.Value()
	fmt.Println(y.Data(), v.Data(), err)
	// Output: [5] [6] <nil>
}

// A function can call a model; one gradient goes through both.
func ExampleFunc_model() {
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{2}, 1, 1), tensor.Of([]float32{1})}) // 2·x + 1
	scale := jit.NewVariable(tensor.Scalar(float32(10)))
	f := jit.Func(func(x []*graph.Node) []*graph.Node {
		g := x[0].Graph()
		y := ops.Sum(ops.Multiply(scale.Read(g), m.Call(layers.NewScope(g), x[0])))
		kernel := g.Read(m.Variables()[0])
		return append([]*graph.Node{y}, graph.Grad(y, scale.Read(g), kernel)...)
	})
	x := tensor.Of([]float32{3}, 1, 1)
	ys, callErr := f.CallAll(x)
	fmt.Println(ys[0].Data(), ys[1].Data(), ys[2].Data(), err, callErr)

	// Both use the same weights.
	err = m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{0}, 1, 1), tensor.Of([]float32{1})})
	ys, callErr = f.CallAll(x)
	fmt.Println(ys[0].Data(), ys[1].Data(), ys[2].Data(), err, callErr)
	// Output:
	// [70] [7] [30] <nil> <nil>
	// [10] [1] [30] <nil> <nil>
}
