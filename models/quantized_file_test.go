package models_test

import (
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// near compares the first output of m for ids with Keras' predictions.
func near(t *testing.T, name string, m *models.Model, want []float32) {
	t.Helper()
	out, err := m.Predict(ctx, tensor.Of([]int32{0, 1, 2, 3, 9, 8, 7, 3}, 2, 4))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	got, _ := tensor.Data[float32](out[0])
	for i, v := range want {
		if math.Abs(float64(got[i]-v)) > 2e-6 {
			t.Errorf("%s: %v, want %v", name, got, want)
			return
		}
	}
}

func load(t *testing.T, path string) *models.Model {
	t.Helper()
	m, err := models.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// The files and the expected values are from testdata/int8.py.
func TestModelsOfKerasInBytes(t *testing.T) {
	float := []float32{-0.41853735, -0.09356676, -0.64542294, 0.4658269}
	int8 := []float32{-0.41447422, -0.097646996, -0.63889736, 0.46032673}
	m := load(t, "testdata/float.keras")
	near(t, "not quantized", m, float)
	near(t, "quantized by Keras", load(t, "testdata/int8.keras"), int8)
	q, err := m.Quantize()
	if err != nil {
		t.Fatal(err)
	}
	near(t, "quantized here", q, int8)
	path := t.TempDir() + "/q.keras"
	if err := q.Save(path); err != nil {
		t.Fatal(err)
	}
	near(t, "quantized here, saved and loaded", load(t, path), int8)
	if err := m.LoadWeights("testdata/int8.keras"); err == nil || !strings.Contains(err.Error(), "kernel_scale") && !strings.Contains(err.Error(), "no weight") {
		t.Errorf("weights in bytes into a model of floats: %v", err)
	}
	near(t, "after an error", m, float)
}

func TestWeightsAloneInBytes(t *testing.T) {
	in := layers.Input(3)
	m := models.New(in, in.Then(&layers.Dense{Units: 2}))
	if err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float32{.1, -.5, .3, .7, .2, -.9}, 3, 2), tensor.Of([]float32{.1, -.2}, 2)}); err != nil {
		t.Fatal(err)
	}
	q, err := m.Quantize()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := q.ToJSON()
	if err != nil {
		t.Fatal(err)
	}
	const input = `"activation_quantizer":{`
	for _, row := range []struct{ name, old, new, want string }{
		{"int4", `"mode":"int8"`, `"mode":"int4"`, `quantized in mode "int4"; int8 is supported`},
		{"another range", `"value_range":[-127,127]`, `"value_range":[-64,64]`, "activation_quantizer is no AbsMaxQuantizer"},
		{"another class", "Int8QuantizationConfig", "GPTQConfig", "want an Int8QuantizationConfig"},
		{"another layer", `"class_name":"Dense"`, `"class_name":"Activation"`, "unknown argument"},
	} {
		text := strings.Replace(string(raw), row.old, row.new, 1)
		if text == string(raw) {
			t.Fatalf("%s: %s is not in %s", row.name, row.old, raw)
		}
		if _, err := models.FromJSON([]byte(text)); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
	head, tail, ok := strings.Cut(string(raw), input)
	_, tail, ok2 := strings.Cut(tail, "}")
	_, tail, ok3 := strings.Cut(tail, "}")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("no %s in %s", input, raw)
	}
	alone, err := models.FromJSON([]byte(head + `"activation_quantizer":null` + tail))
	if err != nil {
		t.Fatal(err)
	}
	if err := alone.SetWeights(q.Weights()); err != nil {
		t.Fatal(err)
	}
	// Keras with Int8QuantizationConfig(activation_quantizer=None).
	x := tensor.Of([]float32{1, 2, -3, .25, .1, -.7}, 2, 3)
	out, err := alone.Predict(ctx, x)
	if err != nil {
		t.Fatal(err)
	}
	got, _ := tensor.Data[float32](out[0])
	for i, v := range wantWeightsAlone {
		if math.Abs(float64(got[i]-v)) > 1e-6 {
			t.Errorf("%v, want %v", got, wantWeightsAlone)
			break
		}
	}
}

var wantWeightsAlone = []float32{0.19685042, 3.4000003, 0.01425194, 0.3743701}
