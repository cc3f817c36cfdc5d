package datasets

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/tensor"
)

func floats(t testing.TB, x *tensor.Tensor) []float64 {
	t.Helper()
	v, err := tensor.As[float64](x)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestGeneratorsAreSeededAndBalanced(t *testing.T) {
	for name, make := range map[string]func(seed uint64) *Arrays{
		"blobs":          func(s uint64) *Arrays { return Blobs{Samples: 91, Features: 3, Classes: 4, Seed: s}.Make() },
		"moons":          func(s uint64) *Arrays { return Moons{Samples: 91, Noise: 0.1, Seed: s}.Make() },
		"circles":        func(s uint64) *Arrays { return Circles{Samples: 91, Noise: 0.1, Seed: s}.Make() },
		"spirals":        func(s uint64) *Arrays { return Spirals{Samples: 91, Classes: 3, Noise: 0.1, Seed: s}.Make() },
		"classification": func(s uint64) *Arrays { return Classification{Samples: 91, Seed: s}.Make() },
	} {
		a, b, c := make(1), make(1), make(2)
		if err := a.Err(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !a.X[0].Equal(b.X[0]) || !a.Y[0].Equal(b.Y[0]) {
			t.Errorf("%s: the same seed gives other samples", name)
		}
		if a.X[0].Equal(c.X[0]) {
			t.Errorf("%s: another seed gives the same samples", name)
		}
		count := map[float64]int{}
		for _, v := range floats(t, a.Y[0]) {
			count[v]++
		}
		for c, n := range count {
			if n < 91/len(count) || n > 91/len(count)+1 {
				t.Errorf("%s: %d of class %v", name, n, c)
			}
		}
	}
}

func TestShapesLieWhereTheyShould(t *testing.T) {
	a := Circles{Samples: 60, Factor: 0.5}.Make()
	x, y := floats(t, a.X[0]), floats(t, a.Y[0])
	for i, c := range y {
		if r := math.Hypot(x[2*i], x[2*i+1]); math.Abs(r-(1-c/2)) > 1e-6 {
			t.Fatalf("class %v at radius %v", c, r)
		}
	}
	m := Moons{Samples: 60}.Make()
	x, y = floats(t, m.X[0]), floats(t, m.Y[0])
	for i, c := range y {
		cx, cy := c, c/2 // centres (0, 0) and (1, 0.5)
		if r := math.Hypot(x[2*i]-cx, x[2*i+1]-cy); math.Abs(r-1) > 1e-6 {
			t.Fatalf("class %v at %v, %v", c, x[2*i], x[2*i+1])
		}
	}
	b := Blobs{Samples: 3000, Centers: [][]float64{{5, 5}, {-5, 0}}, ClusterStd: 0.5, Seed: 3}.Make()
	x, y = floats(t, b.X[0]), floats(t, b.Y[0])
	var sum, squares float64
	for i, c := range y {
		d := x[2*i] - (5 - 10*c)
		sum += d
		squares += d * d
	}
	if mean, std := sum/3000, math.Sqrt(squares/3000); math.Abs(mean) > 0.05 || math.Abs(std-0.5) > 0.03 {
		t.Errorf("blobs: mean %v, standard deviation %v", mean, std)
	}
}

func TestClassificationHasItsKindsOfFeatures(t *testing.T) {
	a := Classification{Samples: 400, Features: 6, Informative: 2, Redundant: new(0), Repeated: 3, ClassSep: 3, ClustersPerClass: 1, Seed: 4}.Make()
	x := floats(t, a.X[0])
	copies := 0
	for p := range 6 {
		for q := range p {
			same := true
			for i := range 400 {
				same = same && x[6*i+p] == x[6*i+q]
			}
			if same {
				copies++
			}
		}
	}
	if copies < 3 {
		t.Errorf("%d equal pairs of features", copies)
	}
	flipped := Classification{Samples: 400, FlipY: 0.5, Seed: 4}.Make()
	kept := Classification{Samples: 400, Seed: 4}.Make()
	n := 0
	for i, v := range floats(t, flipped.Y[0]) {
		if v != floats(t, kept.Y[0])[i] {
			n++
		}
	}
	if n < 60 || n > 140 { // a quarter of 400 in expectation
		t.Errorf("%d labels flipped", n)
	}
}

func TestRegressionIsItsCoefficients(t *testing.T) {
	g := Regression{Samples: 20, Features: 5, Informative: 3, Targets: 2, Bias: 7, Seed: 9}
	a, w := g.Make(), floats(t, g.Coefficients())
	x, y := floats(t, a.X[0]), floats(t, a.Y[0])
	zeros := 0
	for _, c := range w {
		if c == 0 {
			zeros++
		}
	}
	if zeros != 4 {
		t.Errorf("%d coefficients are 0, want those of 2 features: %v", zeros, w)
	}
	for i := range 20 {
		for k := range 2 {
			want := 7.0
			for j := range 5 {
				want += x[5*i+j] * w[2*j+k]
			}
			if math.Abs(y[2*i+k]-want) > 1e-3 {
				t.Fatalf("y[%d] = %v, want %v", i, y[2*i+k], want)
			}
		}
	}
}

func TestGeneratorsReportMistakes(t *testing.T) {
	for _, c := range []struct {
		a    *Arrays
		part string
	}{
		{Blobs{Samples: -1}.Make(), "blobs: -1 samples"},
		{Blobs{Classes: -1}.Make(), "blobs: want centers"},
		{Blobs{Features: -1}.Make(), "blobs: 100 samples, 3 classes, 0 features"},
		{Blobs{Centers: [][]float64{{1}, {1, 2}}}.Make(), "same length"},
		{Moons{Samples: 1}.Make(), "a sample for each class"},
		{Circles{Factor: 2}.Make(), "circles: factor 2"},
		{Spirals{Classes: -1}.Make(), "-1 classes"},
		{Classification{Features: 3, Informative: 4}.Make(), "4 informative"},
		{Classification{Classes: 5}.Make(), "10 clusters for 5 classes don't fit the 4 corners"},
		{Regression{Features: -1}.Make(), "-1 features"},
		{Regression{Samples: -1}.Make(), "-1 samples"},
		{NoisyPolynomial{Samples: -1}.Make(), "-1 samples"},
		{NoisyPolynomial{Low: 2, High: 1}.Make(), "from 2 to 1"},
	} {
		if err := c.a.Err(); err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("error %v, want one with %q", err, c.part)
		}
	}
}

func ExampleNoisyPolynomial() {
	// Five points near a line, and five others for validation: too few for a large model.
	line := NoisyPolynomial{Coefficients: []float64{1, 2}}
	fmt.Println(line.Make().X[0].Reshape(-1), line.Make().Y[0].Reshape(-1))
	line.Between = true
	fmt.Println(line.Make().X[0].Reshape(-1))
	// Output:
	// [-1.  -0.5  0.   0.5  1. ] [-1.  0.  1.  2.  3.]
	// [-0.8 -0.4  0.   0.4  0.8]
}
