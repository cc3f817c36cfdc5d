package models_test

import (
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// TestNothingButARunMakesWeights describes and compiles a model with 4 GB of weights.
func TestNothingButARunMakesWeights(t *testing.T) {
	m, err := models.FromJSON([]byte(`{"class_name":"Sequential","config":{"name":"wide","layers":[
		{"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"in"}},
		{"class_name":"Dense","config":{"name":"dense","units":200000000}}]}}`))
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if n := m.CountParams(); n != 1_000_000_000 {
		t.Errorf("%d parameters", n)
	}
	if err := m.Summary(io.Discard); err != nil {
		t.Error(err)
	}
	if _, err := m.ToJSON(); err != nil {
		t.Error(err)
	}
	if err := m.Compile(models.Compile{Optimizer: &optimizers.Adagrad{}, Loss: losses.MeanSquaredError{}}); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
		t.Errorf("%d MiB were allocated", got>>20)
	}
}

// TestInitializersThatFailAreErrors: what an initializer says about the shape is an error of
// Compile, what its Make returns is one of the first run.
func TestInitializersThatFailAreErrors(t *testing.T) {
	made := func(x *tensor.Tensor, err error) initializers.Initializer {
		return initializers.Func(func(tensor.DType, tensor.Shape, uint64) (*tensor.Tensor, error) { return x, err })
	}
	low := 0.1
	for _, c := range []struct {
		name, compile, predict string
		bias                   initializers.Initializer
	}{
		{"rank", "want a matrix", "", initializers.Identity{}},
		{"range", "MinVal 0.1 is above MaxVal 0.05", "", initializers.RandomUniform{MinVal: &low}},
		{"axes", "axis 3", "", initializers.HeNormal{Fans: initializers.Fans{InputAxes: []int{3}, OutputAxes: []int{0}}}},
		{"error", "", "no luck", made(nil, errors.New("no luck"))},
		{"nil", "", "returned nil", made(nil, nil)},
		{"shape", "", "float32(3,), want float32(2,)", made(tensor.New(tensor.Float32, 3), nil)},
	} {
		m := models.Sequential(layers.Input(4), &layers.Dense{Units: 2, BiasInitializer: c.bias})
		err := m.Compile(models.Compile{Loss: losses.MeanSquaredError{}})
		if !says(err, c.compile) {
			t.Errorf("%s: Compile: %v, want %q", c.name, err, c.compile)
		}
		if c.predict == "" {
			continue
		}
		_, err = m.Predict(t.Context(), tensor.New(tensor.Float32, 1, 4))
		if !says(err, c.predict) || !strings.Contains(err.Error(), "dense/bias") {
			t.Errorf("%s: Predict: %v, want %q", c.name, err, c.predict)
		}
	}
}

// says reports whether err contains text; "" means no error.
func says(err error, text string) bool {
	if text == "" {
		return err == nil
	}
	return err != nil && strings.Contains(err.Error(), text)
}
