package kerasops

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

// sized holds the functions that create arrays whose size is an argument.
var sized = map[string]Function{
	"arange":   {"start stop step dtype", "dtype", arangeCase},
	"linspace": {"start stop num endpoint -retstep dtype", "num endpoint dtype", linspaceCase},
	"eye":      {"N M k dtype", "", eyeCase},
	"tri": {"N M k dtype", "", func(a *Args) []node {
		return one(ops.Tri(a.Graph, a.dtype(graph.Float32), a.int("N", 0), a.int("M", a.int("N", 0)), a.int("k", 0)))
	}},
	"identity": {"n dtype", "", func(a *Args) []node { return one(ops.Identity(a.Graph, a.dtype(graph.Float32), a.int("n", 0))) }},
	"zeros": {"shape dtype", "", func(a *Args) []node {
		return one(ops.Zeros(a.Graph, a.dtype(graph.Float32), a.ints("shape")...))
	}},
	"ones": {"shape dtype", "", func(a *Args) []node {
		return one(ops.Ones(a.Graph, a.dtype(graph.Float32), a.ints("shape")...))
	}},
	"vander": {"x N increasing", "N increasing", func(a *Args) []node {
		x := a.x("x")
		y := ops.Vander(x, a.int("N", x.Shape[0]))
		if a.bool("increasing", false) {
			y = ops.Flip(y, -1)
		}
		return one(y)
	}},
}

func arangeCase(a *Args) []node {
	start, stop := 0.0, a.num("start", 0)
	if a.Values["stop"] != nil {
		start, stop = stop, a.num("stop", 0)
	}
	step := a.num("step", 1)
	d := graph.Int32
	for _, v := range []float64{start, stop, step} {
		if v != float64(int(v)) {
			d = graph.Float32
		}
	}
	return one(ops.Arange(a.Graph, a.dtype(d), start, stop, step))
}

func linspaceCase(a *Args) []node {
	lo, hi, n := a.num("start", 0), a.num("stop", 0), a.int("num", 50)
	if !a.bool("endpoint", true) {
		hi -= (hi - lo) / float64(n)
	}
	return one(ops.Linspace(a.Graph, a.dtype(graph.Float32), lo, hi, n))
}

func eyeCase(a *Args) []node {
	n := a.int("N", 0)
	return one(ops.Eye(a.Graph, a.dtype(graph.Float32), n, a.int("M", n), a.int("k", 0)))
}
