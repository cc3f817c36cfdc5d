package activations

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/config"
)

func TestActivationsSurviveTheirJSON(t *testing.T) {
	for name, a := range map[string]Activation{
		`"relu"`: ReLU, `"softmax"`: Softmax, `"gelu"`: GELU{}, `"leaky_relu"`: LeakyReLU{}, `"silu"`: SiLU,
		`{"module":"keras.activations","class_name":"gelu","config":{"approximate":true},"registered_name":null}`:          GELU{Approximate: true},
		`{"module":"keras.layers","class_name":"LeakyReLU","config":{"negative_slope":0.3},"registered_name":null}`:        LeakyReLU{NegativeSlope: new(0.3)},
		`{"module":"keras.layers","class_name":"Softmax","config":{"axis":1},"registered_name":null}`:                      SoftmaxOver{Axis: new(1)},
		`{"module":"keras.activations","class_name":"squareplus","config":{"b":0.0},"registered_name":null}`:               Squareplus{B: new(0.0)},
		`{"module":"keras.activations","class_name":"sparsemax","config":{"axis":-1,"exact":true},"registered_name":null}`: Sparsemax{Exact: true},
	} {
		raw, err := config.Marshal(a)
		if err != nil || string(raw) != name {
			t.Errorf("got %s (%v), want %s", raw, err, name)
		}
		back, err := config.Unmarshal[Activation](raw)
		if err != nil {
			t.Error(err)
			continue
		}
		again, err := config.Marshal(back)
		if err != nil || string(again) != name {
			t.Errorf("read back as %s (%v), want %s", again, err, name)
		}
	}
}

func TestParseKnowsKerasNamesAndSuggests(t *testing.T) {
	for _, name := range strings.Fields("relu sigmoid tanh softmax linear gelu elu selu softplus silu swish leaky_relu exponential " +
		"hard_sigmoid log_softmax mish softsign relu6 hard_silu hard_swish hard_tanh celu glu log_sigmoid squareplus soft_shrink " +
		"hard_shrink tanh_shrink threshold sparsemax sparse_plus sparse_sigmoid") {
		if _, err := Parse(name); err != nil {
			t.Error(err)
		}
	}
	if a, _ := Parse("relu"); a != ReLU {
		t.Error("relu is not ReLU")
	}
	if _, err := Parse("rleu"); err == nil || !strings.Contains(err.Error(), `unknown activation "rleu"; did you mean "relu"?`) {
		t.Error(err)
	}
}

// Keras saves an activation that is a layer, Dense(activation=LeakyReLU()), as that layer.
func TestALayerIsAnActivation(t *testing.T) {
	const dtype = `{"module":"keras","class_name":"DTypePolicy","config":{"name":"float32"},"registered_name":null}`
	a, err := config.Unmarshal[Activation]([]byte(`{"module":"keras.layers","class_name":"LeakyReLU","config":{"name":"leaky_re_lu","trainable":true,"dtype":` + dtype + `,"negative_slope":0.3},"registered_name":null}`))
	if err != nil {
		t.Fatal(err)
	}
	if l, ok := a.(LeakyReLU); !ok || *l.NegativeSlope != 0.3 {
		t.Errorf("read %+v", a)
	}
	if _, err := config.Unmarshal[Activation]([]byte(`{"class_name":"LeakyReLU","config":{"slope":0.3}}`)); err == nil {
		t.Error("an unknown argument is ignored")
	}
}

func TestAFuncCannotBeSaved(t *testing.T) {
	if _, err := config.Marshal(Func(nil)); err == nil || !strings.Contains(err.Error(), "cannot be saved") {
		t.Error(err)
	}
	var _ json.Marshaler = Func(nil)
}

func TestArgumentsOfAFunctionWithoutArgumentsAreRejected(t *testing.T) {
	_, err := config.Unmarshal[Activation]([]byte(`{"class_name":"tanh","config":{"slope":1}}`))
	if want := `activation "tanh" takes no arguments`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
}
