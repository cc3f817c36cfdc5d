package models_test

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/tensor"
)

// nestedTwice is a model of 4 units that calls its inner model twice, and so on depth levels deep.
func nestedTwice(depth int) string {
	const in = `{"class_name":"InputLayer","name":"in","inbound_nodes":[],"config":{"batch_shape":[null,4],"name":"in"}}`
	call := func(layer string) string {
		return fmt.Sprintf(`{"args":[{"class_name":"__keras_tensor__","config":{"keras_history":[%q,0,0]}}],"kwargs":{}}`, layer)
	}
	inner := `"class_name":"Dense","config":{"units":4,"name":"dense"}`
	for i := range depth {
		inner = fmt.Sprintf(`"class_name":"Functional","config":{"name":"m%d","layers":[%s,{"name":"inner",%s,"inbound_nodes":[%s,%s]}],
			"input_layers":[["in",0,0]],"output_layers":[["inner",1,0]]}`, i, in, inner, call("in"), call("inner"))
	}
	return "{" + inner + "}"
}

// unnamed is a model of n layers without names.
func unnamed(n int) string {
	return `{"class_name":"Sequential","config":{"name":"deep","layers":[
		{"class_name":"InputLayer","config":{"batch_shape":[null,4],"name":"in"}}` +
		strings.Repeat(`,{"class_name":"Dense","config":{"units":4}}`, n) + `]}}`
}

// TestBuildingTakesTimeByTheSizeOfTheFile builds what would take minutes if nested models were
// traced without limit or naming were quadratic. Its bound is generous: the machine may be busy.
func TestBuildingTakesTimeByTheSizeOfTheFile(t *testing.T) {
	for _, c := range []struct{ name, conf, want string }{
		{"nested 10 deep", nestedTwice(10), ""},
		{"nested 30 deep", nestedTwice(30), "more than 524288 operations"},
		{"8000 unnamed layers", unnamed(8000), ""},
	} {
		began := time.Now()
		m, err := models.FromJSON([]byte(c.conf))
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if err := m.Summary(io.Discard, models.Summary{Nested: true}); !says(err, c.want) {
			t.Errorf("%s: Summary: %.300v, want %q", c.name, err, c.want)
		}
		if _, err := m.ToJSON(); !says(err, c.want) {
			t.Errorf("%s: ToJSON: %.300v, want %q", c.name, err, c.want)
		}
		if err := m.Compile(models.Compile{Optimizer: &optimizers.SGD{}, Loss: losses.MeanSquaredError{}}); !says(err, c.want) {
			t.Errorf("%s: Compile: %.300v, want %q", c.name, err, c.want)
		}
		took := time.Since(began)
		t.Logf("%s: %d KB, %v", c.name, len(c.conf)>>10, took)
		if took > 30*time.Second {
			t.Errorf("%s: %v", c.name, took)
		}
	}
}

func TestWeightsThatOverflowAreErrors(t *testing.T) {
	m := models.Sequential(layers.Input(1), &layers.Dense{Units: 1, NoBias: true})
	err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float64{1e300}, 1, 1)})
	if !says(err, "dense/kernel: element 0: 1e+300 overflows float32") {
		t.Errorf("%v", err)
	}
	for _, x := range []float64{1e30, math.Inf(1)} { // infinite values are reported by Fit
		if err := m.SetWeights([]*tensor.Tensor{tensor.Of([]float64{x}, 1, 1)}); err != nil {
			t.Errorf("%v: %v", x, err)
		}
	}
}

func TestNegativeEpsilonsAreErrors(t *testing.T) {
	for _, class := range []string{"BatchNormalization", "LayerNormalization", "GroupNormalization", "RMSNormalization"} {
		_, err := layers.FromJSON([]byte(`{"class_name":"` + class + `","config":{"epsilon":-0.001}}`))
		if !says(err, "Epsilon is -0.001; want a number in (0, inf)") {
			t.Errorf("%s: %v", class, err)
		}
	}
}
