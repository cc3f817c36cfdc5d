package main

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/ops"
)

// scale is the layer my>Scale of the cases: x·w·Factor.
type scale struct {
	layers.Base
	Name   string  `keras:"name"`
	Factor float64 `keras:"f"`
}

func (l *scale) Call(s *layers.Scope, x *graph.Node) *graph.Node {
	w := s.Weight("w", graph.Shape{x.Shape[x.Rank()-1]}, initializers.Ones{})
	return ops.Scale(ops.Multiply(x, w), l.Factor)
}

// half is the activation my>myact of the cases: x/2.
type half struct{}

func (half) Apply(x *graph.Node) *graph.Node { return ops.Scale(x, 0.5) }
