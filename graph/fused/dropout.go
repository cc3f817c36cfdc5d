package fused

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

// Dropout sets each element of x to 0 with probability Rate and scales the others by 1/(1-Rate)
// (Srivastava et al. 2014). Element i is kept if the uniform draw i of Stream is at least Rate.
// Its gradient is the same operation: the mask is drawn again instead of being stored.
type Dropout struct {
	Rate   float64
	Stream uint64
}

func (o Dropout) Infer(in []graph.Type) []graph.Type {
	floatOf("dropout", in[0], 0)
	if !(o.Rate >= 0 && o.Rate < 1) {
		graph.Errorf("dropout: rate %v; want at least 0 and less than 1", o.Rate)
	}
	return in[:1]
}

func (o Dropout) Lower(in []node) []node {
	x := in[0]
	u := x.Graph().Apply(graph.Random{Dist: graph.Uniform, Stream: o.Stream, DType: graph.Float32, Dims: graph.DimsOf(x.Shape)})
	keep := graph.Apply(graph.Compare{Fn: graph.GreaterEqual}, u, like(u, o.Rate))
	return []node{graph.Apply(graph.Select{}, keep, times(x, 1/(1-o.Rate)), like(x, 0))}
}

func (o Dropout) Grad(_ node, d []node) []node { return []node{graph.Apply(o, d[0])} }

func (o Dropout) String() string { return fmt.Sprintf("dropout[%v stream=%d]", o.Rate, o.Stream) }
