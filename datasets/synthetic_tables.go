package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/tensor"
)

// Classification is a table of clusters at the corners of a hypercube spanned by the informative
// features, like make_classification (Guyon's design of the NIPS 2003 challenge). Redundant
// features are random linear combinations of the informative ones, repeated ones are copies, the
// rest is noise.
type Classification struct {
	Samples          int     // 100
	Features         int     // 20
	Informative      int     // 2
	Redundant        *int    // 2, or fewer if Features is too small
	Repeated         int     // 0
	Classes          int     // 2
	ClustersPerClass int     // 2
	ClassSep         float64 // half the side of the hypercube; 1
	FlipY            float64 // fraction of samples whose class is drawn at random; none if 0 (scikit-learn: 0.01)
	Seed             uint64
}

// resolved returns c with defaults filled in, or an error if c is invalid.
func (c Classification) resolved() (Classification, error) {
	c.Features, c.Informative = or(c.Features, 20), or(c.Informative, 2)
	c.Classes, c.ClustersPerClass = or(c.Classes, 2), or(c.ClustersPerClass, 2)
	c.ClassSep = orFloat(c.ClassSep, 1)
	if c.Redundant == nil {
		c.Redundant = new(max(min(2, c.Features-c.Informative-c.Repeated), 0))
	}
	if c.Informative < 1 || *c.Redundant < 0 || c.Repeated < 0 || c.Informative+*c.Redundant+c.Repeated > c.Features {
		return c, fmt.Errorf("%d informative, %d redundant and %d repeated of %d features", c.Informative, *c.Redundant, c.Repeated, c.Features)
	}
	clusters, corners := c.Classes*c.ClustersPerClass, 1<<min(c.Informative, 20)
	if c.Classes < 1 || c.ClustersPerClass < 1 || clusters > corners {
		return c, fmt.Errorf("%d clusters for %d classes don't fit the %d corners of %d informative features", clusters, c.Classes, corners, c.Informative)
	}
	return c, nil
}

// Make generates the samples; the order of the features is also random.
func (c Classification) Make() *Arrays {
	c, err := c.resolved()
	if err != nil {
		return badArrays("classification", err.Error())
	}
	r := random(c.Seed, 'C')
	corners := corners(r, c.Classes*c.ClustersPerClass, c.Informative)
	mixes := make([][]float64, len(corners)) // a random covariance per cluster
	for k := range mixes {
		mixes[k] = draw(c.Informative*c.Informative, func() float64 { return 2*r.Float64() - 1 })
	}
	known := c.Informative + *c.Redundant
	mixture := draw(c.Informative**c.Redundant, func() float64 { return 2*r.Float64() - 1 })
	source := make([]int, c.Repeated)
	for i := range source {
		source[i] = r.IntN(known)
	}
	place, row := r.Perm(c.Features), make([]float64, c.Features)
	a := labelled("classification", or(c.Samples, 100), c.Classes, c.Features, r, func(class, i, of int, out []float64) {
		k := class + c.Classes*(i*c.ClustersPerClass/of)
		for j := range row {
			row[j] = r.NormFloat64()
		}
		product(row[:c.Informative], append([]float64{}, row[:c.Informative]...), mixes[k])
		for j, corner := range corners[k] {
			row[j] += corner * c.ClassSep
		}
		product(row[c.Informative:known], row[:c.Informative], mixture)
		for j, s := range source {
			row[known+j] = row[s]
		}
		for j, p := range place {
			out[p] = row[j]
		}
	})
	flip(r, a, c.Classes, c.FlipY)
	return a
}

// product sets out to the vector v times the matrix m, which has len(v) rows.
func product(out, v, m []float64) {
	for j := range out {
		out[j] = 0
		for i, e := range v {
			out[j] += e * m[i*len(out)+j]
		}
	}
}

// corners returns n distinct corners of the hypercube with coordinates ±1.
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

// Regression is a random linear model with normal noise, like make_regression. Features are
// standard normal; Informative of them have a coefficient of 0…100. y has shape (samples,
// Targets).
type Regression struct {
	Samples     int     // 100
	Features    int     // 100
	Informative int     // 10, or Features if smaller
	Targets     int     // 1
	Bias        float64 // added to y
	Noise       float64 // standard deviation of the noise added to y
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

// Make generates the samples.
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

// NoisyPolynomial is y = Σ Coefficients[k]·xᵏ + noise at evenly spaced x from Low to High: few
// points, which a large model overfits. X and y have shape (Samples, 1).
type NoisyPolynomial struct {
	Samples      int       // 5
	Coefficients []float64 // 0, 1: the line y = x
	Low, High    float64   // both 0: -1 and 1
	Noise        float64   // standard deviation of the noise added to y
	Between      bool      // use the midpoints of Samples equal intervals instead, as validation points
	Seed         uint64
}

// Make generates the samples.
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
