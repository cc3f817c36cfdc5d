package datasets

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/rhyton/rhyton/tensor"
)

// Synthetic data, with scikit-learn's names, arguments and geometry, but different random
// numbers. Zero fields mean the defaults given in their comments. X is Float32 of shape
// (samples, features); class labels are Int32 of shape (samples,).

// Blobs are round clusters of points, one per class, like make_blobs.
type Blobs struct {
	Samples    int         // total; 100
	Features   int         // 2; with Centers, their length
	Classes    int         // 3; with Centers, their number
	Centers    [][]float64 // drawn uniformly from -10…10 in each feature if nil
	ClusterStd float64     // 1
	Seed       uint64
}

// Make generates the samples.
func (b Blobs) Make() *Arrays {
	r := random(b.Seed, 'b')
	n := or(b.Samples, 100)
	centers := b.Centers
	if centers == nil {
		centers = make([][]float64, max(or(b.Classes, 3), 0))
		for c := range centers {
			centers[c] = draw(max(or(b.Features, 2), 0), func() float64 { return 20*r.Float64() - 10 })
		}
	}
	if len(centers) == 0 || tensor.FromRows(centers).Err() != nil {
		return badArrays("blobs", "want centers, all of the same length")
	}
	std := orFloat(b.ClusterStd, 1)
	return labelled("blobs", n, len(centers), len(centers[0]), r, func(class, _, _ int, row []float64) {
		for j := range row {
			row[j] = centers[class][j] + std*r.NormFloat64()
		}
	})
}

// Moons are two interleaving half circles, like make_moons.
type Moons struct {
	Samples int     // 100
	Noise   float64 // standard deviation added to both coordinates
	Seed    uint64
}

// Make generates the samples.
func (m Moons) Make() *Arrays {
	r := random(m.Seed, 'm')
	return labelled("moons", or(m.Samples, 100), 2, 2, r, func(class, i, of int, row []float64) {
		sin, cos := math.Sincos(math.Pi * float64(i) / float64(max(of-1, 1)))
		row[0], row[1] = cos, sin
		if class == 1 {
			row[0], row[1] = 1-cos, 0.5-sin
		}
		jitter(r, row, m.Noise)
	})
}

// Circles are a small circle inside a large one of radius 1, like make_circles; class 0 is the
// outer.
type Circles struct {
	Samples int     // 100
	Noise   float64 // standard deviation added to both coordinates
	Factor  float64 // radius of the inner circle; 0.8
	Seed    uint64
}

// Make generates the samples.
func (c Circles) Make() *Arrays {
	r := random(c.Seed, 'c')
	factor := orFloat(c.Factor, 0.8)
	if !(factor > 0 && factor < 1) {
		return badArrays("circles", fmt.Sprintf("factor %v; want it between 0 and 1", factor))
	}
	return labelled("circles", or(c.Samples, 100), 2, 2, r, func(class, i, of int, row []float64) {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(of))
		radius := 1.0
		if class == 1 {
			radius = factor
		}
		row[0], row[1] = radius*cos, radius*sin
		jitter(r, row, c.Noise)
	})
}

// Spirals are arms that wind around the origin, one per class, which is hard for shallow
// networks.
type Spirals struct {
	Samples int     // 100
	Classes int     // 2
	Turns   float64 // turns of each arm; 1.5
	Noise   float64 // standard deviation added to both coordinates
	Seed    uint64
}

// Make generates the samples.
func (s Spirals) Make() *Arrays {
	r := random(s.Seed, 's')
	classes, turns := or(s.Classes, 2), orFloat(s.Turns, 1.5)
	return labelled("spirals", or(s.Samples, 100), classes, 2, r, func(class, i, of int, row []float64) {
		t := float64(i+1) / float64(of)
		sin, cos := math.Sincos(2 * math.Pi * (turns*t + float64(class)/float64(classes)))
		row[0], row[1] = t*cos, t*sin
		jitter(r, row, s.Noise)
	})
}

// labelled generates n rows, divided evenly among the classes and shuffled: put fills row i of
// the `of` rows of a class.
func labelled(who string, n, classes, features int, r *rand.Rand, put func(class, i, of int, row []float64)) *Arrays {
	if n < 1 || classes < 1 || features < 1 || classes > n {
		return badArrays(who, fmt.Sprintf("%d samples, %d classes, %d features; want at least 1 of each, and a sample for each class", n, classes, features))
	}
	x := tensor.New(tensor.Float64, n, features)
	if x.Err() != nil {
		return Of(x, nil)
	}
	v, _ := tensor.Data[float64](x)
	y := make([]int32, n)
	at := 0
	for c := range classes {
		of := n / classes
		if c < n%classes {
			of++
		}
		for i := range of {
			put(c, i, of, v[at*features:(at+1)*features])
			y[at] = int32(c)
			at++
		}
	}
	return Of(x.Convert(tensor.Float32), tensor.Of(y)).pick(r.Perm(n))
}

func badArrays(who, what string) *Arrays {
	return Of(tensor.Broken(fmt.Errorf("%s: %s", who, what)), nil)
}

func random(seed uint64, stream rune) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(stream))) }

func jitter(r *rand.Rand, row []float64, std float64) {
	for j := range row {
		row[j] += std * r.NormFloat64()
	}
}

func draw(n int, f func() float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f()
	}
	return out
}

func or(v, otherwise int) int {
	if v == 0 {
		return otherwise
	}
	return v
}

func orFloat(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}
