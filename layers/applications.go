package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

// Layers that Keras defines alongside the models of keras.applications.

func init() {
	registerOf[LayerScale]("keras.src.applications.convnext")
	registerOf[StochasticDepth]("keras.src.applications.convnext")
	registerOf[CustomScaleLayer]("keras.src.applications.inception_resnet_v2")
}

// LayerScale returns x·gamma with one learned gamma per feature. gamma starts small, so that a
// deep network starts close to the identity (Touvron et al. 2021). ConvNeXt uses it at the end
// of each block.
//
// Input: (…, ProjectionDim). Output: the same shape. Weights: gamma (ProjectionDim).
type LayerScale struct {
	Base
	PassMask

	Name          string   `keras:"name"`
	InitValues    *float64 `keras:"init_values,required" default:"1e-06"`    // initial value of gamma; nil: 1e-6
	ProjectionDim int      `keras:"projection_dim,required" range:"[1,inf)"` // number of features; must be positive
}

// Call returns x·gamma.
func (l *LayerScale) Call(s *Scope, x *graph.Node) *graph.Node {
	return ops.Multiply(x, s.Weight("gamma", graph.Shape{l.ProjectionDim}, initializers.Constant{Value: *l.InitValues}))
}

// StochasticDepth zeroes whole samples with probability DropPathRate during training and scales
// the others by 1/(1-DropPathRate), which skips a residual block for the dropped samples (Huang
// et al. 2016). Outside training it returns its input.
//
// Input: any shape with a batch axis. Output: the same shape.
type StochasticDepth struct {
	Base
	PassMask

	Name         string  `keras:"name"`
	DropPathRate float64 `keras:"drop_path_rate,required" range:"[0,1)"` // in [0, 1)
}

// Call drops samples of x during training.
func (d *StochasticDepth) Call(s *Scope, x *graph.Node) *graph.Node {
	if x.Rank() == 0 {
		graph.Errorf("want a batch axis")
	}
	noise := make([]int, x.Rank())
	for i := range noise {
		noise[i] = 1
	}
	noise[0] = -1
	return drop(s, x, d.DropPathRate, noise)
}

// CustomScaleLayer returns x0 + Scale·x1, the scaled residual connection of InceptionResNetV2.
// Apply it with [Apply].
//
// Inputs: two of the same shape. Output: that shape.
type CustomScaleLayer struct {
	Base
	mergeMask

	Name  string  `keras:"name"`
	Scale float64 `keras:"scale,required"`
}

// Merge returns x0 + Scale·x1.
func (l *CustomScaleLayer) Merge(_ *Scope, xs ...*graph.Node) *graph.Node {
	if len(xs) != 2 {
		graph.Errorf("want 2 inputs, %d were given", len(xs))
	}
	return ops.Add(xs[0], ops.Scale(xs[1], l.Scale))
}
