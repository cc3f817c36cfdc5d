package saving

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/rhyton/rhyton/constraints"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/metrics"
	"github.com/rhyton/rhyton/optimizers"
	"github.com/rhyton/rhyton/regularizers"
)

// notRead lists the classes of Keras 2 that are not supported, and why.
var notRead = map[string]string{
	"AbstractRNNCell":   "a base class",
	"Discretization":    "the case has no boundaries; one with them is read",
	"InputLayer":        "is read by models, as no layer",
	"Lambda":            "is code",
	"RandomHeight":      "Keras 3 has none",
	"RandomWidth":       "Keras 3 has none",
	"MeanTensor":        "Keras 3 has none",
	"RadialConstraint":  "Keras 3 has none",
	"radial_constraint": "Keras 3 has none",
}

// testdata/tf_keras_2.21.json has an object of each class of Keras 2.
func TestClassesOfKeras2AreRead(t *testing.T) {
	raw, err := os.ReadFile("testdata/tf_keras_2.21.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []struct {
		Kind, Class string
		Object      json.RawMessage
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all) < 250 {
		t.Fatal(len(all), err)
	}
	for _, c := range all {
		err := readOld(c.Kind, c.Object)
		if why, listed := notRead[c.Class]; (err != nil) != listed {
			t.Errorf("%s %s: %v (listed: %q)", c.Kind, c.Class, err, why)
		}
	}
}

// readOld reads an object written by Keras 2.
func readOld(kind string, raw []byte) error {
	o, err := parseObject(raw)
	if err != nil {
		return err
	}
	if err := (upgrader{version{2, 21}}).value(o); err != nil {
		return err
	}
	if raw, err = json.Marshal(o); err != nil {
		return err
	}
	return map[string]func([]byte) error{
		"layer": as[layers.Module], "loss": as[losses.Loss], "metric": as[metrics.Metric], "optimizer": as[optimizers.Optimizer],
		"schedule": as[optimizers.Schedule], "initializer": as[initializers.Initializer], "regularizer": as[regularizers.Regularizer],
		"constraint": as[constraints.Constraint],
	}[kind](raw)
}

func as[T any](raw []byte) error {
	_, err := config.Unmarshal[T](raw)
	return err
}

// The call lists of Keras 2, and their equivalents in Keras 3.
func TestCallsOfKeras2AreTranslated(t *testing.T) {
	tensor := func(name string, call, result string) string {
		return `{"class_name":"__keras_tensor__","config":{"keras_history":["` + name + `",` + call + `,` + result + `]}}`
	}
	for old, want := range map[string]string{
		`[["a", 0, 0, {}]]`:                            `{"args":[` + tensor("a", "0", "0") + `],"kwargs":{}}`,
		`[["a", 0, 0]]`:                                `{"args":[` + tensor("a", "0", "0") + `],"kwargs":{}}`, // Keras 2.0
		`["a", 0, 1, {"y": 2.0}]`:                      `{"args":[` + tensor("a", "0", "1") + `],"kwargs":{"y":2.0}}`,
		`[["a", 0, 0, {}], ["b", 1, 0, {}]]`:           `{"args":[[` + tensor("a", "0", "0") + `,` + tensor("b", "1", "0") + `]],"kwargs":{}}`,
		`[["a", 0, 0, {"value": ["b", 0, 0]}]]`:        `{"args":[` + tensor("a", "0", "0") + `],"kwargs":{"value":` + tensor("b", "0", "0") + `}}`,
		`[["nested", 2, 0, {}]]`:                       `{"args":[` + tensor("nested", "1", "0") + `],"kwargs":{}}`, // there, its creation counts as a call
		`{"q": ["b", 0, 0, {}], "p": ["a", 0, 0, {}]}`: `{"args":[[` + tensor("a", "0", "0") + `,` + tensor("b", "0", "0") + `]],"kwargs":{}}`,
	} {
		o, err := parseObject([]byte(`{"call":` + old + `}`))
		if err != nil {
			t.Fatal(err)
		}
		call, err := (&callUpgrader{created: map[string]int{"nested": 1}}).call(o["call"])
		if err != nil {
			t.Errorf("%s: %v", old, err)
			continue
		}
		if got, err := json.Marshal(call); err != nil || string(got) != want {
			t.Errorf("%s is %s, want %s (%v)", old, got, want, err)
		}
	}
}
