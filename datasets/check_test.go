package datasets

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func TestChecksFind(t *testing.T) {
	nan, inf := float32(math.NaN()), float32(math.Inf(1))
	x := func(v ...float32) *tensor.Tensor { return tensor.Of(v, len(v)/2, 2) }
	good := x(1, 2, 3, 4, 5, 7)
	labels := tensor.Of([]int32{0, 1, 2})
	classes := func(n int) Checks { return Checks{Targets: []Target{{Classes: n}}} }
	unit := Checks{Targets: []Target{{Unit: true}}}
	for _, c := range []struct {
		name  string
		c     Checks
		train *Arrays
		valid *Arrays
		want  Finding // nil: nothing
		text  string
	}{
		{"good", classes(3), Of(good, labels), Of(x(9, 9), tensor.Of([]int32{1})), nil, ""},
		{"nan", Checks{}, Of(x(1, 2, 3, nan, nan, 4), nil), nil, NonFinite{"x", 1, 1, math.NaN(), 2}, "x: NaN in sample 1, feature 1, and 1 more"},
		{"inf in y", Checks{}, Of(good, tensor.Of([]float32{1, 2, inf})), nil, NonFinite{"y", 2, 0, math.Inf(1), 1}, "y: +Inf in sample 2, feature 0;"},
		{"beyond float32", Checks{}, Of(tensor.Of([]float64{1, 1e300}), nil), nil, NonFinite{"x", 1, 0, 1e300, 1}, "1e+300 (too large for float32)"},
		{"nan in validation", Checks{}, Of(good, nil), Of(x(nan, 1), nil), NonFinite{"validation x", 0, 0, math.NaN(), 1}, "validation x: NaN"},
		{"label", classes(3), Of(good, tensor.Of([]int32{1, 2, 3})), nil, BadLabel{"y", 2, 3, 3, 1, 3},
			"y: label 3 in row 2: want an integer in 0..2 (3 classes); labels seen: 1..3; fix: subtract 1"},
		{"label of too many", classes(2), Of(good, labels), nil, BadLabel{"y", 2, 2, 2, 0, 2}, "fix: use 3 outputs"},
		{"label -1", classes(3), Of(good, tensor.Of([]int32{0, -1, 1})), nil, BadLabel{"y", 1, -1, 3, -1, 1}, "number the classes from 0"},
		{"label NaN", Checks{Targets: []Target{{Classes: 3}}, AllowNonFinite: true}, Of(good, tensor.Of([]float32{0, nan, 1})), nil, BadLabel{"y", 1, math.NaN(), 3, math.NaN(), math.NaN()}, "label NaN in row 1"},
		{"label 0.5", classes(3), Of(good, tensor.Of([]float32{0, 0.5, 1})), nil, BadLabel{"y", 1, 0.5, 3, 0, 1}, "label 0.5"},
		{"-1 and 1", unit, Of(good, tensor.Of([]float32{1, -1, 1})), nil, OutsideUnit{"y", 1, -1}, "y: -1 in row 1: want values in 0..1"},
		{"255", unit, Of(good, tensor.Of([]uint8{0, 0, 255})), nil, OutsideUnit{"y", 2, 255}, "255"},
		{"constant", Checks{Features: []string{"a", "b"}}, Of(x(1, 7, 2, 7), nil), nil, Constant{"x", []string{"b"}}, "constant features: b"},
		{"unscaled", Checks{Features: []string{"a", "b"}}, Of(x(1, -700, 2, 7), nil), nil, Unscaled{"x", []string{"b"}, 700}, "values up to 700 in features b"},
		{"unscaled images", Checks{}, Of(tensor.Of([]uint8{0, 255}, 1, 1, 2, 1), nil), nil, Unscaled{"x", nil, 255}, "x: values up to 255;"},
		{"token numbers", Checks{}, Of(tensor.Of([]int32{1, 5000}, 2, 1), nil), nil, nil, ""},
		{"overlap", Checks{}, Of(good, nil), Of(x(3, 4, 9, 9, 1, 2), nil), Overlap{2, 3}, "2 of 3 validation rows also occur in train"},
		{"weights NaN", Checks{AllowNonFinite: true}, Of(good, nil).WithWeights(tensor.Of([]float32{1, nan, 1})), nil, BadWeight{"weights", 1, math.NaN(), false}, "weights: NaN for sample 1"},
		{"weights negative", Checks{}, Of(good, nil).WithWeights(tensor.Of([]float32{1, 1, -2})), nil, BadWeight{"weights", 2, -2, false}, "-2"},
		{"weights 0", Checks{}, Of(good, nil).WithWeights(tensor.Of([]float32{0, 0, 0})), nil, BadWeight{Array: "weights", AllZero: true}, "all sample weights are 0"},
		{"imbalance", classes(2), Of(tensor.New(tensor.Int32, 22, 1), tensor.Of(append(make([]int32, 20), 1, 1))), nil, Imbalance{"y", 1, 2, 0, 20}, "class 1 has 2 samples, class 0 has 20"},
		{"class without samples", classes(2), Of(good, tensor.Of([]int32{1, 1, 1})), nil, Imbalance{"y", 0, 0, 1, 3}, "class 0 has no samples"},
		{"rows", Checks{}, Of(good, tensor.Of([]int32{1})), nil, Unusable{}, "x has 3 rows, y has 1"},
		{"empty", Checks{}, Of(tensor.New(tensor.Float32, 0, 2), tensor.New(tensor.Int32, 0)), Of(tensor.New(tensor.Float32, 0, 2), nil), nil, ""},
	} {
		found := c.c.Of(c.train, c.valid)
		if c.want == nil {
			if len(found) != 0 {
				t.Errorf("%s: %v", c.name, found)
			}
			continue
		}
		i := slices.IndexFunc(found, func(f Finding) bool { return reflect.TypeOf(f) == reflect.TypeOf(c.want) })
		if i < 0 {
			t.Errorf("%s: %v, want %T", c.name, found, c.want)
			continue
		}
		// NaN fields make == useless, so compare the printed structs.
		if _, ok := c.want.(Unusable); !ok && fmt.Sprintf("%#v", found[i]) != fmt.Sprintf("%#v", c.want) {
			t.Errorf("%s: %#v, want %#v", c.name, found[i], c.want)
		}
		if !strings.Contains(found[i].String(), c.text) {
			t.Errorf("%s: %q, want %q in it", c.name, found[i].String(), c.text)
		}
	}
}

func TestFatalFindingsComeFirst(t *testing.T) {
	x := tensor.Of([]float32{1, 1000, 1, float32(math.NaN())}, 2, 2)
	found := Checks{}.Of(Of(x, nil), nil)
	if len(found) < 2 || !found[0].Fatal() || found[len(found)-1].Fatal() {
		t.Errorf("%v", found)
	}
	if got := (Checks{AllowNonFinite: true}).Of(Of(x, nil), nil); slices.ContainsFunc(got, Finding.Fatal) {
		t.Errorf("%v", got)
	}
}

func TestChecksChangeNothing(t *testing.T) {
	a := Classification{Samples: 50, Seed: 1}.Make()
	before := a.X[0].Clone()
	Checks{}.Of(a, a)
	if !a.X[0].Equal(before) {
		t.Error("x changed")
	}
}

func ExampleChecks() {
	x := tensor.Of([]float32{1, 1200, 2, 1800, 3, 2600}, 3, 2)
	y := tensor.Of([]int32{1, 2, 3})
	for _, f := range (Checks{Targets: []Target{{Classes: 3}}, Features: []string{"rooms", "price"}}).Of(Of(x, y), nil) {
		fmt.Println(f.Fatal(), f)
	}
	// Output:
	// true y: label 3 in row 2: want an integer in 0..2 (3 classes); labels seen: 1..3; fix: subtract 1
	// false x: values up to 2600 in features price; fix: scale them first, as datasets.Standard or datasets.Rescaling does
}
