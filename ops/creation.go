package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Zeros returns 0 in every element.
func Zeros(g *graph.Graph, dtype graph.DType, shape ...int) N { return g.Const(dtype, 0, shape...) }

// Ones returns 1 in every element.
func Ones(g *graph.Graph, dtype graph.DType, shape ...int) N { return g.Const(dtype, 1, shape...) }

// Arange returns start, start+step, … up to but not including stop.
func Arange(g *graph.Graph, dtype graph.DType, start, stop, step float64) N {
	if step == 0 || math.IsNaN(stop-start) {
		graph.Errorf("arange: from %v to %v by %v", start, stop, step)
	}
	n := int(max(0, math.Ceil((stop-start)/step)))
	count := g.Apply(graph.Iota{DType: dtype, Axis: 0, Dims: graph.DimsOf([]int{n})})
	return Shift(Scale(count, step), start)
}

// Linspace returns n evenly spaced numbers from start to stop, inclusive.
func Linspace(g *graph.Graph, dtype graph.DType, start, stop float64, n int) N {
	return numbers(g, dtype, spaced(g, start, stop, n), n)
}

// Logspace returns n numbers from base^start to base^stop, evenly spaced on a logarithmic scale.
func Logspace(g *graph.Graph, dtype graph.DType, start, stop float64, n int, base float64) N {
	data := spaced(g, start, stop, n)
	for i, v := range data {
		data[i] = math.Pow(base, v)
	}
	return numbers(g, dtype, data, n)
}

// Geomspace returns n numbers from start to stop in a geometric progression. start and stop have
// the same sign.
func Geomspace(g *graph.Graph, dtype graph.DType, start, stop float64, n int) N {
	if start*stop <= 0 {
		graph.Errorf("geomspace: from %v to %v; want two nonzero numbers of the same sign", start, stop)
	}
	data := spaced(g, math.Log(math.Abs(start)), math.Log(math.Abs(stop)), n)
	for i, v := range data {
		data[i] = math.Copysign(math.Exp(v), start)
	}
	return numbers(g, dtype, data, n)
}

func spaced(g *graph.Graph, start, stop float64, n int) []float64 {
	if n < 0 {
		graph.Errorf("linspace: %d numbers", n)
	}
	g.Table("linspace", n)
	data := make([]float64, n)
	for i := range data {
		data[i] = start
		if i > 0 {
			data[i] += (stop - start) * float64(i) / float64(n-1)
		}
	}
	return data
}

// Eye returns the matrix (rows, cols) with ones on the k-th diagonal (0 is the main diagonal, k >
// 0 above it) and zeros elsewhere.
func Eye(g *graph.Graph, dtype graph.DType, rows, cols, k int) N {
	return Cast(band(g, rows, cols, k, graph.Equal), dtype)
}

// Identity returns the identity matrix (n, n).
func Identity(g *graph.Graph, dtype graph.DType, n int) N { return Eye(g, dtype, n, n, 0) }

// Tri returns the matrix (rows, cols) with ones on and below the k-th diagonal.
func Tri(g *graph.Graph, dtype graph.DType, rows, cols, k int) N {
	return Cast(band(g, rows, cols, k, graph.LessEqual), dtype)
}

// band returns where col - row compares to k.
func band(g *graph.Graph, rows, cols, k int, f graph.Fn) N {
	dims := graph.DimsOf([]int{rows, cols})
	row := g.Apply(graph.Iota{DType: graph.Int32, Axis: 0, Dims: dims})
	col := g.Apply(graph.Iota{DType: graph.Int32, Axis: 1, Dims: dims})
	return compare(f, Subtract(col, row), Scalar(row, float64(k)))
}

// Bartlett returns the triangular window of n elements.
func Bartlett(g *graph.Graph, n int) N {
	return window(g, n, func(t float64) float64 { return 1 - math.Abs(2*t-1) })
}

// Blackman returns the window .42 - .5·cos 2πt + .08·cos 4πt, t from 0 to 1.
func Blackman(g *graph.Graph, n int) N {
	return window(g, n, func(t float64) float64 { return .42 - .5*math.Cos(2*math.Pi*t) + .08*math.Cos(4*math.Pi*t) })
}

// Hamming returns the window .54 - .46·cos 2πt, t from 0 to 1.
func Hamming(g *graph.Graph, n int) N {
	return window(g, n, func(t float64) float64 { return .54 - .46*math.Cos(2*math.Pi*t) })
}

// Hanning returns the window .5 - .5·cos 2πt, t from 0 to 1.
func Hanning(g *graph.Graph, n int) N {
	return window(g, n, func(t float64) float64 { return .5 - .5*math.Cos(2*math.Pi*t) })
}

// Kaiser returns the window I₀(β√(1-(2t-1)²))/I₀(β), t from 0 to 1.
func Kaiser(g *graph.Graph, n int, beta float64) N {
	return window(g, n, func(t float64) float64 {
		return bessel0(beta*math.Sqrt(max(0, 1-(2*t-1)*(2*t-1)))) / bessel0(beta)
	})
}

// bessel0 is I₀ by its power series.
func bessel0(x float64) float64 {
	sum, term := 1.0, 1.0
	for k := 1.0; term > 1e-17*sum; k++ {
		term *= (x / 2 / k) * (x / 2 / k)
		sum += term
	}
	return sum
}

func window(g *graph.Graph, n int, f func(t float64) float64) N {
	g.Table("window", n)
	data := make([]float64, max(n, 0))
	for i := range data {
		data[i] = 1
		if n > 1 {
			data[i] = f(float64(i) / float64(n-1))
		}
	}
	return numbers(g, graph.Float32, data, len(data))
}
