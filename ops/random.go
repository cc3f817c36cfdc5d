package ops

import (
	"math"

	"github.com/rhyton/rhyton/graph"
)

// Random numbers depend only on the run's seed, the stream and the position. Independent draws
// need different streams.

// Uniform draws from [0, 1) in the given shape and type (float32 or float64). Each stream is a
// different sequence; the numbers change with the seed of each run.
func Uniform(g *graph.Graph, stream uint64, dtype graph.DType, shape ...int) N {
	return g.Apply(graph.Random{Dist: graph.Uniform, Stream: stream, DType: dtype, Dims: graph.DimsOf(shape)})
}

// Normal draws from the normal distribution of mean 0 and variance 1.
func Normal(g *graph.Graph, stream uint64, dtype graph.DType, shape ...int) N {
	return g.Apply(graph.Random{Dist: graph.Normal, Stream: stream, DType: dtype, Dims: graph.DimsOf(shape)})
}

// TruncatedNormal draws from the normal distribution of mean 0 and variance 1 truncated to [-2,
// 2]; its variance is 0.774.
func TruncatedNormal(g *graph.Graph, stream uint64, dtype graph.DType, shape ...int) N {
	tail := math.Erfc(math.Sqrt2) / 2 // the probability of less than -2
	p := Shift(Scale(Uniform(g, stream, dtype, shape...), 1-2*tail), tail)
	return Clip(normalQuantile(p), -2, 2)
}

// RandInt draws integers (int32) from lo to hi-1.
func RandInt(g *graph.Graph, stream uint64, lo, hi int, shape ...int) N {
	if hi <= lo {
		graph.Errorf("randint: from %d to %d; want lo < hi", lo, hi)
	}
	u := Floor(Scale(Uniform(g, stream, graph.Float64, shape...), float64(hi-lo)))
	return Cast(Shift(u, float64(lo)), graph.Int32)
}

// Categorical draws n classes (int32) for each row of logits (batch, classes), which are
// logarithms of unnormalized probabilities: (batch, n). It selects the largest of logits + Gumbel
// noise.
func Categorical(logits N, n int, stream uint64) N {
	logits = float(logits)
	if logits.Rank() != 2 || n < 1 {
		graph.Errorf("categorical: %d of %v; want logits (batch, classes)", n, logits.Shape)
	}
	u := Uniform(logits.Graph(), stream, graph.Float64, logits.Shape[0], n, logits.Shape[1])
	gumbel := Cast(Negative(Log(Negative(Log(u)))), logits.DType)
	return ArgMax(Add(ExpandDims(logits, 1), gumbel), -1)
}

// Shuffle puts the elements of x along axis in random order.
func Shuffle(x N, axis int, stream uint64) N {
	a := Axis(x, axis)
	order := ArgSort(Uniform(x.Graph(), stream, graph.Float64, x.Shape[a]), 0)
	return gatherRows(x, order, a)
}

// gammaTries is the number of candidates Gamma draws per element. At worst one in twenty is
// rejected, so all are rejected for one element in 10¹³.
const gammaTries = 10

// Gamma draws from the gamma distribution of shape alpha, which broadcasts to the shape of
// the result, and rate 1 (Marsaglia & Tsang 2000). No gradient flows to alpha.
func Gamma(alpha N, stream uint64, shape ...int) N {
	a := Cast(StopGradient(BroadcastTo(float(alpha), shape...)), graph.Float64)
	g := a.Graph()
	u := Uniform(g, stream, graph.Float64, append([]int{2*gammaTries + 1}, shape...)...)
	small := Less(a, Scalar(a, 1))
	d := Shift(Where(small, Shift(a, 1), a), -1./3)
	x := normalQuantile(Shift(cut(u, 0, 0, gammaTries), 1./(1<<54))) // never of 0
	v := Shift(Multiply(x, Rsqrt(Scale(d, 9))), 1)
	v = Multiply(v, Square(v))
	positive := Greater(v, Scalar(v, 0))
	safe := Where(positive, v, Scalar(v, 1))
	bound := Add(Scale(Square(x), .5), Multiply(d, Add(Subtract(Scalar(v, 1), safe), Log(safe))))
	taken := LogicalAnd(positive, Less(Log(cut(u, 0, gammaTries, 2*gammaTries)), bound))
	first := ExpandDims(ArgMax(Cast(taken, graph.Int32), 0), 0)
	y := Multiply(d, Squeeze(TakeAlongAxis(safe, first, 0), 0))
	boost := Power(Index(u, 0, -1), Reciprocal(a)) // for alpha < 1
	return Cast(Where(small, Multiply(y, boost), y), float(alpha).DType)
}

// Beta draws from the beta distribution of shapes a and b, which broadcast to the shape of
// the result: x/(x + y) of two gamma variables.
func Beta(a, b N, stream uint64, shape ...int) N {
	a, b = promote(float(a), float(b))
	both := Stack(0, BroadcastTo(a, shape...), BroadcastTo(b, shape...))
	parts := Unstack(Gamma(both, stream, both.Shape...), 0)
	return Divide(parts[0], Add(parts[0], parts[1]))
}

// Binomial draws the number of successes (float32) in count independent trials with probability
// p, which broadcasts to the shape of the result. Every trial is drawn.
func Binomial(p N, count int, stream uint64, shape ...int) N {
	if count < 0 {
		graph.Errorf("binomial: %d trials", count)
	}
	u := Uniform(p.Graph(), stream, graph.Float32, append([]int{count}, shape...)...)
	return Cast(CountNonzero(Less(u, Cast(p, graph.Float32)), 0), graph.Float32)
}
