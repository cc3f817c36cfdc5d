package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/tensor"
)

// Classification is a table of clusters at the corners of a hypercube in the informative
// features, as make_classification (Guyon's design of the NIPS 2003 challenge). Redundant
// features are random mixtures of the informative, repeated ones are copies, the rest is noise.
type Classification struct {
	Samples          int     // 100
	Features         int     // 20
	Informative      int     // 2
	Redundant        *int    // 2, or what Features leaves room for
	Repeated         int     // 0
	Classes          int     // 2
	ClustersPerClass int     // 2
	ClassSep         float64 // half the hypercube's side; 1
	FlipY            float64 // share of samples whose class is drawn at random; none if 0 (scikit-learn: 0.01)
	Seed             uint64
}

// Make draws the samples; the order of the features is random too.
func (c Classification) Make() *Arrays {
	features, informative := or(c.Features, 20), or(c.Informative, 2)
	redundant := max(min(2, features-informative-c.Repeated), 0)
	if c.Redundant != nil {
		redundant = *c.Redundant
	}
	classes, per := or(c.Classes, 2), or(c.ClustersPerClass, 2)
	clusters := classes * per
	if informative < 1 || redundant < 0 || c.Repeated < 0 || informative+redundant+c.Repeated > features {
		return badArrays("classification", fmt.Sprintf("%d informative, %d redundant and %d repeated of %d features", informative, redundant, c.Repeated, features))
	}
	if classes < 1 || per < 1 || informative < 31 && clusters > 1<<informative {
		return badArrays("classification", fmt.Sprintf("%d clusters for %d classes don't fit the %d corners of %d informative features", clusters, classes, 1<<min(informative, 30), informative))
	}
	r := random(c.Seed, 'C')
	sep := orFloat(c.ClassSep, 1)
	corners := corners(r, clusters, informative)
	mixes := make([][]float64, clusters) // a random covariance a cluster
	for k := range mixes {
		mixes[k] = draw(informative*informative, func() float64 { return 2*r.Float64() - 1 })
	}
	mixture := draw(informative*redundant, func() float64 { return 2*r.Float64() - 1 })
	source := make([]int, c.Repeated)
	for i := range source {
		source[i] = r.IntN(informative + redundant)
	}
	place := r.Perm(features)
	row := make([]float64, features)
	a := labelled("classification", or(c.Samples, 100), classes, features, r, func(class, i, of int, out []float64) {
		k := class + classes*(i*per/of)
		noise := draw(informative, r.NormFloat64)
		for j := range informative {
			row[j] = corners[k][j] * sep
			for m, e := range noise {
				row[j] += e * mixes[k][m*informative+j]
			}
		}
		for j := range redundant {
			row[informative+j] = 0
			for m := range informative {
				row[informative+j] += row[m] * mixture[m*redundant+j]
			}
		}
		used := informative + redundant
		for j, s := range source {
			row[used+j] = row[s]
		}
		for j := used + len(source); j < features; j++ {
			row[j] = r.NormFloat64()
		}
		for j, p := range place {
			out[p] = row[j]
		}
	})
	flip(r, a, classes, c.FlipY)
	return a
}

// corners returns n distinct corners of the hypercube of ±1.
func corners(r *rand.Rand, n, dims int) [][]float64 {
	seen := map[string]bool{}
	out := make([][]float64, 0, n)
	for len(out) < n {
		c, key := make([]float64, dims), make([]byte, dims)
		for j := range c {
			key[j] = byte(r.IntN(2))
			c[j] = 2*float64(key[j]) - 1
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			out = append(out, c)
		}
	}
	return out
}

func flip(r *rand.Rand, a *Arrays, classes int, share float64) {
	if len(a.Y) == 0 {
		return
	}
	y, _ := tensor.Data[int32](a.Y[0])
	for i := range y {
		if r.Float64() < share {
			y[i] = int32(r.IntN(classes))
		}
	}
}

// Regression is a random linear relation with normal noise, as make_regression: standard normal
// features, of which Informative have a coefficient of 0…100, and y of shape (samples, Targets).
type Regression struct {
	Samples     int     // 100
	Features    int     // 100
	Informative int     // 10, or Features where there are fewer
	Targets     int     // 1
	Bias        float64 // added to y
	Noise       float64 // standard deviation added to y
	Seed        uint64
}

func (g Regression) resolved() Regression {
	g.Samples, g.Features, g.Targets = or(g.Samples, 100), or(g.Features, 100), or(g.Targets, 1)
	g.Informative = min(or(g.Informative, 10), g.Features)
	return g
}

// Coefficients returns the true coefficients, of shape (Features, Targets).
func (g Regression) Coefficients() *tensor.Tensor {
	g = g.resolved()
	out := tensor.New(tensor.Float64, g.Features, g.Targets)
	if v, ok := tensor.Data[float64](out); ok && out.Err() == nil {
		r := random(g.Seed, 'w')
		for _, j := range r.Perm(g.Features)[:max(g.Informative, 0)] {
			copy(v[j*g.Targets:], draw(g.Targets, func() float64 { return 100 * r.Float64() }))
		}
	}
	return out
}

// Make draws the samples.
func (g Regression) Make() *Arrays {
	g = g.resolved()
	w, err := tensor.As[float64](g.Coefficients())
	if err != nil || g.Samples < 1 || g.Features < 1 || g.Targets < 1 || g.Informative < 0 {
		return badArrays("regression", fmt.Sprintf("%d samples, %d features, %d targets; want at least 1 of each", g.Samples, g.Features, g.Targets))
	}
	x, y := tensor.New(tensor.Float64, g.Samples, g.Features), tensor.New(tensor.Float64, g.Samples, g.Targets)
	if x.Err() != nil || y.Err() != nil {
		return Of(x, y)
	}
	r := random(g.Seed, 'R')
	xs, _ := tensor.Data[float64](x)
	ys, _ := tensor.Data[float64](y)
	for i := range g.Samples {
		out := ys[i*g.Targets:]
		for k := range g.Targets {
			out[k] = g.Bias + g.Noise*r.NormFloat64()
		}
		for j := range g.Features {
			v := r.NormFloat64()
			xs[i*g.Features+j] = v
			for k := range g.Targets {
				out[k] += v * w[j*g.Targets+k]
			}
		}
	}
	return Of(x.Convert(tensor.Float32), y.Convert(tensor.Float32))
}

// NoisyPolynomial is y = Σ Coefficients[k]·xᵏ + noise at evenly spaced x from Low to High: the
// few points over which a large model overfits. X and y have shape (Samples, 1).
type NoisyPolynomial struct {
	Samples      int       // 5
	Coefficients []float64 // 0, 1: the line y = x
	Low, High    float64   // both 0: -1 and 1
	Noise        float64   // standard deviation added to y
	Between      bool      // take the middles of Samples equal parts instead: points to validate on
	Seed         uint64
}

// Make draws the samples.
func (p NoisyPolynomial) Make() *Arrays {
	n, coefficients := or(p.Samples, 5), p.Coefficients
	if coefficients == nil {
		coefficients = []float64{0, 1}
	}
	if p.Low == 0 && p.High == 0 {
		p.Low, p.High = -1, 1
	}
	if n < 1 || n > math.MaxInt32 || !(p.Low < p.High) {
		return badArrays("noisy polynomial", fmt.Sprintf("%d samples from %v to %v", n, p.Low, p.High))
	}
	stream, shift, parts := 'P', 0.0, float64(n-1)
	if p.Between {
		stream, shift, parts = 'Q', 0.5, float64(n)
	}
	r := random(p.Seed, stream)
	x, y := make([]float64, n), make([]float64, n)
	for i := range x {
		x[i] = p.Low + (p.High-p.Low)*(float64(i)+shift)/max(parts, 1)
		for k := len(coefficients) - 1; k >= 0; k-- {
			y[i] = y[i]*x[i] + coefficients[k]
		}
		y[i] += p.Noise * r.NormFloat64()
	}
	return Of(tensor.Of(x, n, 1).Convert(tensor.Float32), tensor.Of(y, n, 1).Convert(tensor.Float32))
}
