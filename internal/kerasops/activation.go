package kerasops

import (
	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/ops"
)

var activationFunctions = map[string]Function{
	"leaky_relu":  {"x negative_slope", "negative_slope", func(a *Args) []node { return one(ops.LeakyReLU(a.x("x"), a.num("negative_slope", 0.2))) }},
	"elu":         {"x alpha", "alpha", func(a *Args) []node { return one(ops.ELU(a.x("x"), a.num("alpha", 1))) }},
	"celu":        {"x alpha", "alpha", func(a *Args) []node { return one(ops.CELU(a.x("x"), a.num("alpha", 1))) }},
	"glu":         {"x axis", "axis", func(a *Args) []node { return one(ops.GLU(a.x("x"), a.int("axis", -1))) }},
	"soft_shrink": {"x threshold", "threshold", func(a *Args) []node { return one(ops.SoftShrink(a.x("x"), a.num("threshold", .5))) }},
	"hard_shrink": {"x threshold", "threshold", func(a *Args) []node { return one(ops.HardShrink(a.x("x"), a.num("threshold", .5))) }},
	"threshold": {"x threshold default_value", "threshold default_value", func(a *Args) []node {
		return one(ops.Threshold(a.x("x"), a.num("threshold", 0), a.num("default_value", 0)))
	}},
	"squareplus": {"x b", "b", func(a *Args) []node { return one(ops.Squareplus(a.x("x"), a.num("b", 4))) }},
	"sparsemax": {"x axis", "axis", func(a *Args) []node {
		return one(activations.Sparsemax{Axis: new(a.int("axis", -1))}.Apply(a.x("x")))
	}},
	"softmax": {"x axis", "axis", func(a *Args) []node {
		if axes := a.ints("axis"); axes != nil {
			return one(ops.SoftmaxOver(a.x("x"), axes...))
		}
		return one(ops.Softmax(a.x("x"), -1))
	}},
	"log_softmax": {"x axis", "axis", func(a *Args) []node { return one(ops.LogSoftmax(a.x("x"), a.int("axis", -1))) }},
	"gelu": {"x approximate", "approximate", func(a *Args) []node {
		if a.bool("approximate", true) {
			return one(ops.GELUTanh(a.x("x")))
		}
		return one(ops.GELU(a.x("x")))
	}},
	"normalize": {"x axis order", "axis order", func(a *Args) []node { return one(ops.Normalize(a.x("x"), a.int("axis", -1), a.int("order", 2))) }},
}
