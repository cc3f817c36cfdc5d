package models_test

import (
	"context"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// waves is sin(i·k + 0.3).
func waves(k float64, shape ...int) *tensor.Tensor {
	t := tensor.New(tensor.Float32, shape...)
	for i := range t.Len() {
		t.Data().([]float32)[i] = float32(math.Sin(float64(i)*k + .3))
	}
	return t
}

// The expected values are from keras.layers.EinsumDense("abc,cde->abde", (None, 2, 3),
// bias_axes="de", lora_rank=2, lora_alpha=6) in Keras 3.15.1: x is 8 numbers from -1 to 1 in steps
// of 2/15, weight i is sin(n·(0.37 + 0.11·i) + 0.3), the loss is Σ y·sin(n/2 + 0.3).
func TestLoRAOfEinsumDense(t *testing.T) {
	l := &layers.EinsumDense{Equation: "abc,cde->abde", OutputShape: layers.Extents{0, 2, 3}, BiasAxes: "de", LoRARank: 2, LoRAAlpha: 6}
	m := models.Sequential(layers.Input(2, 4), l)
	vars := m.Variables()
	var values []*tensor.Tensor
	for i, v := range vars {
		values = append(values, waves(.37+.11*float64(i), v.Type.Shape...))
	}
	if err := m.SetWeights(values); err != nil {
		t.Fatal(err)
	}
	if names := vars[0].Path + vars[1].Path + vars[2].Path + vars[3].Path; vars[0].Trainable || !vars[1].Trainable || !strings.HasSuffix(vars[2].Path, "/lora_kernel_a") || !strings.HasSuffix(vars[3].Path, "/lora_kernel_b") {
		t.Errorf("weights %s", names)
	}
	step := &models.Step{Models: []*models.Model{m}, Training: true, Build: func(tr *models.Trace, in []*graph.Node) []*graph.Node {
		y := m.Call(tr.Scope, in[0])
		loss := ops.Sum(ops.Multiply(y, ops.Constant(y, waves(.5, 1, 2, 2, 3))))
		return append([]*graph.Node{y}, graph.Grad(loss, tr.Read(vars[1]), tr.Read(vars[2]), tr.Read(vars[3]))...)
	}}
	x := make([]float32, 8)
	for i := range x {
		x[i] = float32(-1 + 2*float64(i)/15)
	}
	got, err := step.Run(context.Background(), tensor.Of(x, 1, 2, 4))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range [][]float64{
		{-2.2847747802734375, -1.4221076965332031, 0.05339515209197998, -1.7562222480773926, -2.1557230949401855, -1.606647253036499, -0.564333438873291, 0.01727670431137085, 0.6801400184631348, 0.03315669298171997, -0.1943700909614563, -0.2186603844165802},
		{0.1377745270729065, 0.10549819469451904, 0.04739224910736084, -0.02231699228286743, -0.08656227588653564, -0.12961402535438538},
		{-2.8814697265625, 0.48035985231399536, -1.7048072814941406, -0.8590284585952759, -2.810875415802002, 0.5077402591705322, -1.787994623184204, -0.8347759246826172, -2.740280866622925, 0.5351206660270691, -1.8711819648742676, -0.8105230927467346, -2.669686794281006, 0.5625011324882507, -1.9543695449829102, -0.7862704396247864},
		{-1.9823733568191528, -2.0050525665283203, -1.5368255376815796, -1.638883113861084, -2.02836275100708, -1.9212290048599243},
	} {
		for k, w := range want {
			if x := float64(got[i].Data().([]float32)[k]); math.Abs(x-w) > 2e-5 {
				t.Errorf("%d: %v; want %v", i, got[i], want)
				break
			}
		}
	}
}
