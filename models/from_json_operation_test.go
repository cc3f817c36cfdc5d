package models_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

// The model of testdata/operations.py, as saved by Keras 3.15.1, has an output for each function
// of keras.ops, and so does the file to which it is saved again.
func TestFunctionsBetweenLayersCompute(t *testing.T) {
	var file struct {
		X, Y  []float32
		Names []string
		Want  map[string][2]float64 // Σ v[i]·cos(i) and Σ |v[i]|
	}
	text, err := os.ReadFile("testdata/operations.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	again := filepath.Join(t.TempDir(), "again.keras")
	for _, path := range []string{"testdata/operations.keras", again} {
		m, err := models.Load(path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Predict(t.Context(), tensor.Of(file.X, 3, 4, 6), tensor.Of(file.Y, 3, 4, 6))
		if err != nil {
			t.Fatal(err)
		}
		for i, name := range file.Names {
			v, err := tensor.As[float64](got[i])
			if err != nil {
				t.Fatal(err)
			}
			sum, want := 0.0, file.Want[name]
			for k, x := range v {
				sum += x * math.Cos(float64(k))
			}
			if !(math.Abs(sum-want[0]) <= 1e-5*(1+want[1])) {
				t.Errorf("%s: %s: %v, Keras has %v", path, name, sum, want[0])
			}
		}
		if err := m.Save(again); err != nil {
			t.Fatal(err)
		}
	}
}

// operationJSON is a Functional model with one function of x (2, 3).
const operationJSON = `{"class_name": "Functional", "config": {"name": "m", "layers": [
 {"class_name": "InputLayer", "config": {"batch_shape": [null, 2, 3], "dtype": "float32", "name": "x"}, "name": "x", "inbound_nodes": []},
 {"module": "keras.src.ops.numpy", "class_name": "CLASS", "config": {CONFIG}, "name": "f", "inbound_nodes": [{"args": [ARGS], "kwargs": {KWARGS}}]}],
 "input_layers": [["x", 0, 0]], "output_layers": [["f", 0, 0]]}}`

const operationInput = `{"class_name": "__keras_tensor__", "config": {"shape": [null, 2, 3], "dtype": "float32", "keras_history": ["x", 0, 0]}}`

func TestFunctionsThatCannotBeReadAreNamed(t *testing.T) {
	for _, row := range []struct{ class, config, args, kwargs, want string }{
		{"Multipli", "", "X, 2", "", `unknown operation "Multipli"; did you mean "Multiply"?`},
		{"Mean", `"axes": 1`, "X", "", `Mean: argument "axes" is not known here; there are x, axis, keepdims`},
		{"Max", `"initial": 2.0`, "X", "", `Max: argument "initial" is not known here`},
		{"Exp", "", "X, 2", "", "Exp takes 1 arguments (x), not 2"},
		{"Add", "", "1, 2", "", "Add is called with no value of the model"},
		{"Add", "", "X", `"x3": 2`, `Add: argument "x3" is not known here`},
		{"Add", "", "X", "", `argument "x2" is missing`},
		{"Mean", `"axis": "one"`, "X", "", `argument "axis" is one; want an integer or a list of them`},
		{"Reshape", `"newshape": [null, -1]`, "X", "", `argument "newshape" is [<nil> -1]`},
		{"GetItem", "", "X, 2.5", "", `argument "key" is 2.5; want integers, slices, None and an ellipsis`},
		{"GetItem", "", "X, [0, 0, 0, 0]", "", "axis 0 of a value of rank 0"},
		{"Swapaxes", `"axis1": [], "axis2": 1`, "X", "", `argument "axis1" is []; want a number`},
		{"Pad", `"pad_width": []`, "X", "", `argument "pad_width" is []`},
		{"Repeat", `"repeats": [1e9, 1e9], "axis": 1`, "X", "", `argument "repeats" is [1e9 1e9]; want smaller numbers`},
		{"Reshape", `"newshape": [1e300, -1]`, "X", "", `argument "newshape" is [1e300 -1]`},
		{"Transpose", `"axes": [0, 0, 1]`, "X", "", "transpose"},
		{"Pad", `"pad_width": [[0, 0], [1, 1]]`, "X", "", `argument "pad_width" is`},
	} {
		text := strings.NewReplacer("CLASS", row.class, "CONFIG", row.config, "ARGS", strings.ReplaceAll(row.args, "X", operationInput), "KWARGS", row.kwargs).Replace(operationJSON)
		m, err := models.FromJSON([]byte(text))
		if err == nil {
			_, err = m.Predict(t.Context(), tensor.New(tensor.Float32, 1, 2, 3))
		}
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want …%s…", row.class, err, row.want)
		}
	}
}
