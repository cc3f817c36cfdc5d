package models_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/regularizers"
	"github.com/rhyton/rhyton/tensor"
)

// sequenceModel has all kinds of layers that rematerialization could get wrong: random layers,
// loops, batch statistics, masks, penalties, a nested model, and a shared layer.
func sequenceModel() *models.Model {
	block := models.Sequential(layers.Input(6, 8),
		&layers.Dense{Units: 16, Activation: activations.GELU{}},
		&layers.GaussianNoise{Stddev: .1},
		&layers.Dropout{Rate: .3},
		&layers.Dense{Units: 8, KernelRegularizer: regularizers.L1L2{L2: .01}, ActivityRegularizer: regularizers.L1L2{L1: .01}},
	)
	twice := &layers.Dense{Units: 8, Activation: activations.Tanh, Name: "twice"}
	x := layers.Input(6)
	y := x.Then(&layers.Embedding{InputDim: 12, OutputDim: 8, MaskZero: true}).
		Then(&layers.LSTM{Units: 8, ReturnSequences: true, Dropout: .2}).
		Then(block).Then(twice).Then(&layers.BatchNormalization{}).Then(twice).
		Then(&layers.SpatialDropout1D{Rate: .2}).
		Then(&layers.GRU{Units: 5}).
		Then(&layers.Dense{Units: 3, Activation: activations.Softmax, Name: "classes"})
	return models.New(x, y)
}

func TestRematTrainsToTheSameBits(t *testing.T) {
	x, y := tensor.New(tensor.Int32, 20, 6), tensor.New(tensor.Int32, 20)
	for i := range x.Len() {
		x.Data().([]int32)[i] = int32(i * 7 % 12)
	}
	for i := range y.Len() {
		y.Data().([]int32)[i] = int32(i % 3)
	}
	train := func(device string, r layers.Remat) (list []float64, weights []*tensor.Tensor) {
		m := sequenceModel()
		err := m.Compile(models.Compile{Optimizer: &optimizers.Adam{}, Loss: losses.SparseCategoricalCrossentropy{}, Device: device, Seed: 3, Remat: r})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			logs, err := m.TrainOnBatch(context.Background(), datasets.Batch{N: 20, X: []*tensor.Tensor{x}, Y: []*tensor.Tensor{y}})
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, logs["loss"])
		}
		return list, m.Weights()
	}
	for _, device := range []string{"cpu", "ref"} {
		want, weights := train(device, layers.Remat{})
		for _, r := range []layers.Remat{
			{Mode: layers.RematFull},
			{Mode: layers.RematActivations},
			{Mode: layers.RematLargerThan, OutputSizeThreshold: 20},
			{Mode: layers.RematLayers, LayerNames: []string{"twice", "lstm"}},
		} {
			got, same := train(device, r)
			if !reflect.DeepEqual(want, got) || !reflect.DeepEqual(weights, same) {
				t.Errorf("%s, %v: losses %v; want %v", device, r.Mode, got, want)
			}
		}
	}
}

// The expected values are from Keras 3.15.1 for w = 1.5, x = 0.5, loss = tanh(exp(w·x))²:
// d(loss)/dw = 2·tanh(e)·(1-tanh(e)²)·e·x with e = exp(w·x), with or without keras.remat.
func TestOpsRematHasTheGradientOfTheFunction(t *testing.T) {
	step := &models.Step{Build: func(_ *models.Trace, in []*graph.Node) []*graph.Node {
		y := ops.Remat(func(x []*graph.Node) []*graph.Node {
			return []*graph.Node{ops.Tanh(ops.Exp(ops.Multiply(x[0], x[1])))}
		}, in...)
		return graph.Grad(ops.Square(y[0]), in[0])
	}}
	got, err := step.Run(context.Background(), tensor.Of([]float32{1.5}), tensor.Of([]float32{.5}))
	if err != nil {
		t.Fatal(err)
	}
	if want := float32(0.11584809422492981); !near32(got[0].Data().([]float32)[0], want) {
		t.Errorf("%v; want %v", got[0], want)
	}
}

func near32(a, b float32) bool { return a-b < 1e-6 && b-a < 1e-6 }

func TestRematThatDoesNotFitIsAnError(t *testing.T) {
	for _, row := range []struct {
		remat layers.Remat
		want  string
	}{
		{layers.Remat{Mode: 9}, "there is no mode 9"},
		{layers.Remat{Mode: layers.RematFull, OutputSizeThreshold: 3}, `is for the mode RematLargerThan; the mode is "full"`},
		{layers.Remat{Mode: layers.RematLargerThan, OutputSizeThreshold: -3}, "must be at least 0"},
		{layers.Remat{Mode: layers.RematLayers}, "LayerNames is for the mode RematLayers, which needs it"},
		{layers.Remat{LayerNames: []string{"twice"}}, "LayerNames is for the mode RematLayers"},
		{layers.Remat{Mode: layers.RematLayers, LayerNames: []string{"twise"}}, `the model has no layer "twise"`},
	} {
		err := sequenceModel().Compile(models.Compile{Remat: row.remat})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%+v: %v; want %q", row.remat, err, row.want)
		}
	}
}
