package ops

import "github.com/rhyton/rhyton/graph"

// Uniform draws from [0, 1) in the given shape and type (float32 or float64). Every stream
// is another sequence; the numbers change with the seed of each run.
func Uniform(g *graph.Graph, stream uint64, dtype graph.DType, shape ...int) N {
	return g.Apply(graph.Random{Dist: graph.Uniform, Stream: stream, DType: dtype, Dims: graph.DimsOf(shape)})
}

// Normal draws from the normal distribution of mean 0 and variance 1.
func Normal(g *graph.Graph, stream uint64, dtype graph.DType, shape ...int) N {
	return g.Apply(graph.Random{Dist: graph.Normal, Stream: stream, DType: dtype, Dims: graph.DimsOf(shape)})
}
