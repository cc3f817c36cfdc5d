package jit_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime/audit"
	"github.com/rhyton/rhyton/jit"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

var (
	ofFunctions = audit.Register("audit-jit", "cpu")
	ofDropped   = audit.Register("audit-jit-dropped", "cpu")
)

// line is the model w·x + b with given weights.
func line(t testing.TB, w, b float32) *models.Model {
	t.Helper()
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1})
	if err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{w}, 1, 1), tensor.Of([]float32{b})}); err != nil {
		t.Fatal(err)
	}
	return m
}

// scaled is scale·m(x), and its gradients by scale, w and b.
func scaled(m *models.Model, scale *jit.Variable) *jit.Function {
	return jit.Func(func(x []*graph.Node) []*graph.Node {
		g := x[0].Graph()
		s := scale.Read(g)
		y := ops.Sum(ops.Multiply(s, m.Call(layers.NewScope(g), x[0])))
		by := []*graph.Node{s}
		for _, v := range m.Variables() {
			by = append(by, g.Read(v))
		}
		return append([]*graph.Node{y}, graph.Grad(y, by...)...)
	})
}

func check(t *testing.T, f *jit.Function, x *tensor.Tensor, want ...float64) {
	t.Helper()
	ys, err := f.CallAll(x)
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range ys {
		if got, _ := y.At(make([]int, y.Rank())...); math.Abs(got-want[i]) > 1e-5 {
			t.Errorf("result %d is %v, want %v", i, got, want[i])
		}
	}
}

func TestOneGradientThroughAModelAndAVariable(t *testing.T) {
	m, scale := line(t, 2, 1), jit.NewVariable(tensor.Scalar(float32(10)))
	x := tensor.Of([]float32{3}, 1, 1)
	f := scaled(m, scale)
	check(t, f, x, 70, 7, 30, 10) // 10·(2·3 + 1); its derivatives m(x), 10·3, 10
	check(t, f.On("ref"), x, 70, 7, 30, 10)

	// What changes the model changes the function, where ever each runs.
	if err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{4}, 1, 1), tensor.Of([]float32{0})}); err != nil {
		t.Fatal(err)
	}
	check(t, f, x, 120, 12, 30, 10)
	err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{LearningRate: 0.5}, Loss: losses.MeanSquaredError{}})
	if err != nil {
		t.Fatal(err)
	}
	// One step of gradient descent on (4·1 + 0 - 2)²: both weights lose 0.5·2·2.
	if _, err := m.TrainOnBatch(t.Context(), datasets.Batch{X: []*tensor.Tensor{tensor.Of([]float32{1}, 1, 1)}, Y: []*tensor.Tensor{tensor.Of([]float32{2}, 1, 1)}}); err != nil {
		t.Fatal(err)
	}
	check(t, f, x, 40, 4, 30, 10)

	// And the other way round.
	train := jit.Func(func(x *graph.Node) *graph.Node {
		g := x.Graph()
		for _, v := range m.Variables() {
			g.Assign(v, ops.Add(g.Read(v), ops.Scalar(g.Read(v), 1)))
		}
		return x
	}).On("ref")
	if _, err := train.Call(x); err != nil {
		t.Fatal(err)
	}
	y, err := m.Predict(t.Context(), x) // w = 3, b = -1
	if err != nil {
		t.Fatal(err)
	}
	if got := y[0].Data().([]float32)[0]; got != 8 {
		t.Errorf("the model predicts %v, want 8", got)
	}
}

// A Step trains a variable of jit with the weights of a model.
func TestAStepTrainsAVariable(t *testing.T) {
	m, scale := line(t, 1, 0), jit.NewVariable(tensor.Scalar(float32(1)))
	step := &models.Step{Models: []*models.Model{m}, Training: true, Optimizer: &optimizers.SGD{LearningRate: 0.1},
		Build: func(s *models.Trace, in []*graph.Node) []*graph.Node {
			y := ops.Multiply(scale.Read(s.Graph()), m.Call(s.Scope, in[0]))
			loss := ops.Mean(ops.Square(ops.Subtract(y, ops.Scalar(y, 3))))
			s.Minimize(loss, append(m.Variables(), scale.Graph())...)
			return []*graph.Node{loss}
		}}
	if _, err := step.Run(t.Context(), tensor.Of([]float32{1}, 1, 1)); err != nil {
		t.Fatal(err)
	}
	got, err := scale.Value() // 1 - 0.1·2·(1 - 3)·1
	if v, _ := tensor.Data[float32](got); err != nil || math.Abs(float64(v[0])-1.4) > 1e-6 {
		t.Errorf("the variable is %v, %v; want 1.4", v, err)
	}
	if w := m.Weights()[0].Data().([]float32)[0]; math.Abs(float64(w)-1.4) > 1e-6 {
		t.Errorf("the model's weight is %v, want 1.4", w)
	}
}

// A function reads weights while the model trains, each on another device in turns.
func TestAFunctionWhileItsModelTrains(t *testing.T) {
	m, scale := line(t, 1, 0), jit.NewVariable(tensor.Scalar(float32(1)))
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.MeanSquaredError{}}); err != nil {
		t.Fatal(err)
	}
	x := tensor.Of([]float32{3}, 1, 1)
	here := scaled(m, scale)
	there := here.On("ref")
	var wait sync.WaitGroup
	wait.Go(func() {
		if _, err := m.Fit(context.Background(), datasets.Of(tensor.New(tensor.Float32, 64, 1), tensor.New(tensor.Float32, 64, 1)), models.Fit{Epochs: 10, BatchSize: 8}); err != nil {
			t.Error(err)
		}
	})
	for range 20 {
		for _, f := range []*jit.Function{here, there} {
			ys, err := f.CallAll(x)
			if err != nil {
				t.Fatal(err)
			}
			// What it read is of one moment: y = scale·(∂y/∂scale).
			if y, d := ys[0].Data().([]float32)[0], ys[1].Data().([]float32)[0]; y != d {
				t.Fatalf("the function is %v and its derivative %v", y, d)
			}
		}
	}
	wait.Wait()
}

func TestFunctionsAndVariablesAreClosed(t *testing.T) {
	scale := jit.NewVariable(tensor.Scalar(float32(2)))
	f := jit.Func(func(x *graph.Node) *graph.Node { return ops.Multiply(x, scale.Read(x.Graph())) }).On("audit-jit")
	for range 2 {
		for _, n := range []int{1, 2, 1} {
			if _, err := f.Call(tensor.New(tensor.Float32, n)); err != nil {
				t.Fatal(err)
			}
		}
		if err := scale.AssignAdd(tensor.Scalar(float32(1))); err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(f.Close(), scale.Close()); err != nil {
			t.Fatal(err)
		}
		ofFunctions.AllClosed(t)
	}
	if v, err := scale.Value(); err != nil || v.Data().([]float32)[0] != 4 {
		t.Errorf("the variable is %v, %v; want 4", v, err)
	}
}

func TestDroppedFunctionsAreClosed(t *testing.T) {
	func() {
		w := jit.NewVariable(tensor.Scalar(float32(2)))
		f := jit.Func(func(x *graph.Node) *graph.Node { return ops.Multiply(x, w.Read(x.Graph())) }).On("audit-jit-dropped")
		if _, err := f.Call(tensor.New(tensor.Float32, 3)); err != nil {
			t.Fatal(err)
		}
	}()
	ofDropped.Collected(t)
}
