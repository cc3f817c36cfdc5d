package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestScalersAreFittedPerFeature(t *testing.T) {
	x := tensor.Of([]float32{1, 10, 5, 3, 20, 5, 5, 60, 5}, 3, 3)
	s, err := Standard{}.Fit(x)
	if err != nil {
		t.Fatal(err)
	}
	// (x - mean) / population standard deviation, as scikit-learn's StandardScaler
	close1(t, s.Apply(x), tensor.Of([]float32{-1.2247449, -0.9258201, 0, 0, -0.46291006, 0, 1.2247449, 1.3887302, 0}, 3, 3))
	m, err := MinMax{}.Fit(x)
	if err != nil {
		t.Fatal(err)
	}
	close1(t, m.Apply(x), tensor.Of([]float32{0, 0, 0, 0.5, 0.2, 0, 1, 1, 0}, 3, 3))
	close1(t, m.Apply(tensor.Of([]float32{9, 0, 6}, 1, 3)), tensor.Of([]float32{2, -0.2, 1}, 1, 3))
	w, err := MinMax{Low: -1, High: 1}.Fit(x)
	if err != nil {
		t.Fatal(err)
	}
	close1(t, w.Apply(x), tensor.Of([]float32{-1, -1, -1, 0, -0.6, -1, 1, 1, -1}, 3, 3))
	// A constant that is not exactly representable is still a constant.
	c, err := Standard{}.Fit(tensor.Of([]float64{0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}))
	if err != nil || c.Scale[0] != 1 {
		t.Errorf("scale of a constant: %v %v", c, err)
	}
}

func TestInvertUndoesApply(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 3))
	for range 50 {
		shape := []int{1 + r.IntN(9), 1 + r.IntN(4), 1 + r.IntN(4)}[:1+r.IntN(3)]
		x := tensor.New(tensor.Float64, shape...)
		v, _ := tensor.Data[float64](x)
		for i := range v {
			v[i] = math.Round(r.NormFloat64() * 100)
		}
		for _, fit := range []func(*tensor.Tensor) (*Scaler, error){Standard{}.Fit, MinMax{}.Fit, MinMax{-2, 5}.Fit} {
			s, err := fit(x)
			if err != nil {
				t.Fatal(err)
			}
			if err := tensor.Close(s.Invert(s.Apply(x)), x, 1e-9, 1e-9); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestScalersReportMistakes(t *testing.T) {
	nan := tensor.Of([]float32{1, 2, 3, float32(math.NaN())}, 2, 2)
	for _, c := range []struct {
		x    *tensor.Tensor
		part string
	}{
		{nan, "NaN in sample 1, feature 1"},
		{tensor.New(tensor.Float32, 0, 2), "no samples"},
		{tensor.Scalar(1.0), "no samples"},
		{tensor.New(tensor.String, 2), "text"},
	} {
		for _, fit := range []func(*tensor.Tensor) (*Scaler, error){Standard{}.Fit, MinMax{}.Fit} {
			if s, err := fit(c.x); err == nil || !strings.Contains(err.Error(), c.part) {
				t.Errorf("%v %v, want an error with %q", s, err, c.part)
			}
		}
	}
	if _, err := (MinMax{Low: 1, High: 1}).Fit(tensor.Of([]float32{1})); err == nil {
		t.Error("an empty range: no error")
	}
}

func ExampleStandard() {
	train, test := tensor.Of([]float32{1, 10, 3, 30}, 2, 2), tensor.Of([]float32{2, 40}, 1, 2)
	scale, err := Standard{}.Fit(train)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(scale.Apply(train))
	fmt.Println(scale.Apply(test))
	// Output:
	// [[-1. -1.]
	//  [ 1.  1.]]
	// [[0. 2.]]
}
