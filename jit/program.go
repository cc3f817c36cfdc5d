package jit

import (
	_ "github.com/rhyton/rhyton/backend/cpu" // the default device
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/runtime"
	"github.com/rhyton/rhyton/tensor"
)

// defaultDevice runs functions that name no device.
const defaultDevice = "cpu"

// values guards variables that were not created by a model. Functions that change the same
// variables run one at a time.
var values runtime.Lock

// A program is one compiled form of a function.
type program struct {
	*runtime.Program
	key string // the mode and the types of the arguments
}

func compile(device, key string, build func(*graph.Graph, []*graph.Node) []*graph.Node, xs []*tensor.Tensor) (*program, error) {
	d, err := runtime.Open(device)
	if err != nil {
		return nil, err
	}
	g, err := graph.Trace(func(g *graph.Graph) []*graph.Node {
		in := make([]*graph.Node, len(xs))
		for i, x := range xs {
			in[i] = g.Input(x.DType(), x.Shape()...)
		}
		return build(g, in)
	})
	if err != nil {
		return nil, err
	}
	p, err := runtime.Compile(d, g, &values)
	return &program{p, key}, err
}
