package initializers

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
)

func draw(t *testing.T, i Initializer, key uint64, shape ...int) []float64 {
	t.Helper()
	w, err := i.Make(tensor.Float64, shape, key)
	if err != nil {
		t.Fatal(err)
	}
	x, _ := tensor.Data[float64](w)
	return x
}

func TestTheKeyAloneDecidesTheWeights(t *testing.T) {
	for _, i := range []Initializer{GlorotUniform{}, HeNormal{}, Orthogonal{}, RandomNormal{}, TruncatedNormal{}, RandomUniform{}} {
		if !reflect.DeepEqual(draw(t, i, 1, 4, 6), draw(t, i, 1, 4, 6)) {
			t.Errorf("%T: one key, two weights", i)
		}
		if reflect.DeepEqual(draw(t, i, 1, 4, 6), draw(t, i, 2, 4, 6)) {
			t.Errorf("%T: two keys, the same weight", i)
		}
	}
	seeded := GlorotUniform{Seed: Seed{new(int64(3))}}
	if !reflect.DeepEqual(draw(t, seeded, 1, 4), draw(t, seeded, 2, 4)) {
		t.Error("a seed does not replace the key")
	}
}

func TestInitializersSurviveTheirJSON(t *testing.T) {
	for _, name := range family.Names() {
		i, err := family.New(name)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := config.Marshal(i)
		if err != nil {
			t.Fatal(err)
		}
		back, err := config.Unmarshal[Initializer](raw)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := config.Marshal(back); err != nil || string(again) != string(raw) {
			t.Errorf("%s: read back as %s (%v)", raw, again, err)
		}
	}
}

func TestOddArgumentsAreErrors(t *testing.T) {
	for _, row := range []struct {
		name  string
		i     Initializer
		shape []int
		want  string
	}{
		{"negative scale", VarianceScaling{Scale: -1}, []int{2, 2}, "VarianceScaling: Scale is -1; want a number in (0, inf)"},
		{"unknown mode", VarianceScaling{Mode: "fan_inn"}, []int{2, 2}, `did you mean "fan_in"?`},
		{"negative deviation", RandomNormal{Stddev: new(-1.0)}, []int{2}, "Stddev is -1"},
		{"turned bounds", RandomUniform{MinVal: new(1.0), MaxVal: new(0.0)}, []int{2}, "MinVal 1 is above MaxVal 0"},
		{"identity of rank 3", Identity{}, []int{2, 2, 2}, "want a matrix"},
		{"orthogonal vector", Orthogonal{}, []int{2}, "want rank 2 or more"},
		{"negative extent", Zeros{}, []int{-1}, "negative"},
		{"fan axis", GlorotUniform{Fans: Fans{[]int{0}, []int{4}}}, []int{2, 2}, "axis 4 of a weight of shape (2, 2)"},
	} {
		if _, err := row.i.Make(tensor.Float32, row.shape, 1); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
}

// The expected values are scipy.signal.get_window("hann", 4) divided by the square root of its sum
// of squares, times cos and sin of 2π·t·f/4.
func TestSTFTIsAWindowedFourierKernel(t *testing.T) {
	w := []float64{0, 0.75, 0.75, 0}
	scale := math.Sqrt(2 * 0.75 * 0.75)
	re := draw(t, STFT{}, 0, 4, 1, 3)
	im := draw(t, STFT{Side: SideImag}, 0, 4, 1, 3)
	for i := range 4 {
		for f := range 3 {
			s, c := math.Sincos(-2 * math.Pi * float64(i*f) / 4)
			if math.Abs(re[i*3+f]-c*w[i]/scale) > 1e-12 || math.Abs(im[i*3+f]-s*w[i]/scale) > 1e-12 {
				t.Errorf("at %d, %d: %v, %v", i, f, re[i*3+f], im[i*3+f])
			}
		}
	}
}

// Float32 values are drawn piece by piece and must equal the rounded float64 values.
func TestTheTypeDoesNotChangeTheDraws(t *testing.T) {
	for _, i := range []Initializer{GlorotUniform{}, HeNormal{}, TruncatedNormal{}, RandomNormal{Mean: 1}, RandomUniform{}, Constant{0.1}} {
		for _, n := range []int{0, 1, piece - 1, piece, 3*piece + 5} {
			w, err := i.Make(tensor.Float32, tensor.Shape{n}, 7)
			if err != nil {
				t.Fatal(err)
			}
			got, _ := tensor.Data[float32](w)
			for k, v := range draw(t, i, 7, n) {
				if got[k] != float32(v) {
					t.Fatalf("%T: number %d of %d is %v; want %v", i, k, n, got[k], v)
				}
			}
		}
	}
}
