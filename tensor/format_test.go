package tensor

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"testing"
)

// golden reads what testdata/print.py wrote.
func golden(t testing.TB) (g struct {
	Print []struct {
		DType string
		Shape []int
		Data  []any
		Text  string
	}
	Float16 [][2]float64
}) {
	t.Helper()
	b, err := os.ReadFile("testdata/print.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestPrintsAsNumPy(t *testing.T) {
	for i, c := range golden(t).Print {
		dtype, ok := ParseDType(c.DType)
		if !ok {
			t.Fatalf("case %d: type %q", i, c.DType)
		}
		wide := make([]float64, len(c.Data))
		for k, v := range c.Data {
			switch v := v.(type) {
			case bool:
				if v {
					wide[k] = 1
				}
			case float64:
				wide[k] = v
			case string:
				wide[k], _ = strconv.ParseFloat(v, 64)
			}
		}
		x := Of(wide, append([]int{}, c.Shape...)...).Convert(dtype)
		if got := x.String(); got != c.Text {
			t.Errorf("case %d, %v %v:\n%s\nNumPy:\n%s", i, c.DType, c.Shape, got, c.Text)
		}
	}
}

func TestFormatVerbs(t *testing.T) {
	x := Of([]float32{1, 1.0 / 3}, 1, 2)
	for verb, want := range map[string]string{
		"%v": "[[1.         0.33333334]]", "%s": "[[1.         0.33333334]]", "%.2v": "[[1.   0.33]]",
		"%+v": "float32 (1, 2)\n[[1.         0.33333334]]", "%d": "%!d(*tensor.Tensor=float32 (1, 2))",
	} {
		if got := fmt.Sprintf(verb, x); got != want {
			t.Errorf("%s: %q, want %q", verb, got, want)
		}
	}
	if got := fmt.Sprint(Of([]string{"a", "b c"})); got != `["a" "b c"]` {
		t.Errorf("text: %s", got)
	}
	if got := fmt.Sprint(Of([]float32{1, 2}, 3)); got != "tensor: shape (3,) holds 3 elements, 2 were given" {
		t.Errorf("broken: %s", got)
	}
	if got := fmt.Sprint(Of([]float64{1, 2.5, 100}).Convert(BFloat16)); got != "[1.0e+00 2.5e+00 1.0e+02]" {
		t.Errorf("bfloat16: %s", got)
	}
}

func FuzzPrintNeverPanics(f *testing.F) {
	f.Add(1.5, -2e9, 3, 400)
	f.Fuzz(func(t *testing.T, a, b float64, rows, cols int) {
		rows, cols = rows&63, cols&63
		d := make([]float64, rows*cols)
		for i := range d {
			d[i] = a + b*float64(i%7)
		}
		for _, dtype := range []DType{Float64, Float32, Float16, BFloat16} {
			if Of(d, rows, cols).Convert(dtype).String() == "" {
				t.Error("nothing printed")
			}
		}
	})
}

func ExampleTensor() {
	x := Of([]float32{1, 2, 3, 4.5, 5, 6}, 2, 3)
	fmt.Println(x)
	fmt.Printf("%+v\n", x.Row(1))
	// Output:
	// [[1.  2.  3. ]
	//  [4.5 5.  6. ]]
	// float32 (3,)
	// [4.5 5.  6. ]
}
