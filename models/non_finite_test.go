package models_test

import (
	"context"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// A non-finite loss is traced to its origin.
func TestTheOriginOfANaNIsNamed(t *testing.T) {
	x := make([]float32, 40)
	for i := range x {
		x[i] = 1 + float32(i)/40
	}
	odd := func(v float32) *tensor.Tensor {
		with := append([]float32{}, x...)
		with[23] = v
		return tensor.Of(with, 40, 1)
	}
	y := tensor.New(tensor.Float32, 40, 1)
	apply := func(f func(*graph.Node) *graph.Node) layers.Layer { return &fn{f: f} }
	for _, c := range []struct {
		name  string
		x     *tensor.Tensor
		layer layers.Layer
		rate  float64
		want  []string
	}{
		{"forward", odd(0), apply(ops.Log), .01, []string{"it began in epoch 1, batch 2, sample 3 of it (row 23 of the data), in the forward pass: log gives -Inf in layer fn \"fn\" (non_finite_test.go:"}},
		{"gradient", odd(0), apply(ops.Sqrt), .01, []string{"it began in epoch 1, batch 2, sample 3 of it (row 23 of the data), in the gradient: ", "layer fn \"fn\""}},
		{"explosion", odd(1), apply(ops.Square), 1e19, []string{"it began in epoch 1, batch ", "in the "}},
	} {
		m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1, Activation: activations.Linear, KernelInitializer: initializers.Ones{}, NoBias: true}, c.layer)
		if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{LearningRate: c.rate}, Loss: losses.MeanSquaredError{}}); err != nil {
			t.Fatal(err)
		}
		_, err := m.Fit(context.Background(), datasets.Of(c.x, y), models.Fit{Epochs: 2, BatchSize: 10, NoShuffle: true})
		if err == nil {
			t.Errorf("%s: no error", c.name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v; want %q", c.name, err, want)
			}
		}
		t.Log(err)
	}
}

// fn is a layer that is a function.
type fn struct {
	layers.Base
	f func(*graph.Node) *graph.Node
}

func (l *fn) Call(_ *layers.Scope, x *graph.Node) *graph.Node { return l.f(x) }

// The reported row is the row of the data even if the data is shuffled, in a later epoch, and with
// a callback that stops the run.
func TestTheOriginOfANaNIsFollowedThroughEpochs(t *testing.T) {
	x := make([]float32, 40)
	for i := range x {
		x[i] = 1 + float32(i)/40
	}
	steps := 0
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1, KernelInitializer: initializers.Ones{}, NoBias: true},
		&fn{f: func(x *graph.Node) *graph.Node { return ops.Log(ops.Subtract(x, ops.Scalar(x, .5))) }})
	if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{LearningRate: 1e-9}, Loss: losses.MeanSquaredError{}, Seed: 4}); err != nil {
		t.Fatal(err)
	}
	notes := ""
	_, err := m.Fit(context.Background(), datasets.Of(tensor.Of(x, 40, 1), tensor.New(tensor.Float32, 40, 1)), models.Fit{Epochs: 9, BatchSize: 10,
		Callbacks: []training.Callback{&callbacks.TerminateOnNaN{}, training.Func(func(e training.Event) error {
			if e.Kind == training.EpochBegin && e.Epoch == 2 { // the row of the least number falls out first
				return e.Model.SetLearningRate(30)
			}
			if e.Kind == training.BatchEnd {
				steps++
			}
			if e.Kind == training.TrainEnd {
				notes = strings.Join(e.Run.Notes(), "\n")
			}
			return nil
		})}})
	if err != nil || !strings.Contains(notes, "it began in epoch 3, batch ") || !strings.Contains(notes, "row ") {
		t.Errorf("%v after %d steps, notes %q", err, steps, notes)
	}
	t.Log(notes)
}

// A mask that leaves nothing to average, and one that does not fit a Softmax, are reported.
func TestMasksThatLeaveNothingAreNamed(t *testing.T) {
	x := tensor.Of([]int32{1, 2, 3, 1, 0, 0, 0, 0, 0, 2, 2, 0}, 4, 3)
	model := func(ls ...layers.Layer) (*models.Model, error) {
		m := models.Sequential(layers.InputOf(layers.InputSpec{Shape: []int{3}, DType: tensor.Int32}), append([]layers.Layer{
			&layers.Embedding{InputDim: 5, OutputDim: 3, MaskZero: true}}, ls...)...)
		return m, m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}})
	}
	m, err := model(&layers.GlobalAveragePooling1D{}, &layers.Dense{Units: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.Fit(context.Background(), datasets.Of(x, tensor.New(tensor.Float32, 4, 1)), models.Fit{BatchSize: 2, NoShuffle: true})
	for _, want := range []string{"sample 0 of it (row 2 of the data)", "GlobalAveragePooling1D", "a mask (MaskZero of an Embedding, or Masking)", "leave such samples out"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	_, err = model(&layers.Softmax{}, &layers.Flatten{}, &layers.Dense{Units: 1})
	if want := "the mask (2, 3) of an earlier layer (MaskZero of an Embedding, or Masking) reaches this Softmax"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v; want %q", err, want)
	}
}
