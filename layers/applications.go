package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

// Layers of nets in keras.applications, which Keras keeps beside those nets.

func init() {
	registerOf[LayerScale]("keras.src.applications.convnext")
	registerOf[StochasticDepth]("keras.src.applications.convnext")
	registerOf[CustomScaleLayer]("keras.src.applications.inception_resnet_v2")
}

// LayerScale is x·gamma with a learned gamma for each feature, which begins small, so that a
// deep net begins near the identity (Touvron et al. 2021). ConvNeXt has it at the end of its
// blocks.
//
// Input and output: (..., ProjectionDim). Weights: gamma, of ProjectionDim numbers.
type LayerScale struct {
	Base
	PassMask

	Name          string   `keras:"name"`
	InitValues    *float64 `keras:"init_values,required" default:"1e-06"`    // where gamma begins; nil: 1e-6
	ProjectionDim int      `keras:"projection_dim,required" range:"[1,inf)"` // features; must be positive
}

// Call returns x·gamma.
func (l *LayerScale) Call(s *Scope, x *graph.Node) *graph.Node {
	return ops.Multiply(x, s.Weight("gamma", graph.Shape{l.ProjectionDim}, initializers.Constant{Value: *l.InitValues}))
}

// StochasticDepth zeroes whole samples with probability DropPathRate while training and
// scales the others by 1/(1-DropPathRate): a residual block drops out for them (Huang et al.
// 2016). Otherwise it does nothing.
//
// Input and output: any one shape with a batch.
type StochasticDepth struct {
	Base
	PassMask

	Name         string  `keras:"name"`
	DropPathRate float64 `keras:"drop_path_rate,required" range:"[0,1)"` // at least 0, less than 1
}

// Call drops samples of x while training.
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

// CustomScaleLayer is x0 + Scale·x1, the way InceptionResNetV2 adds what a block makes of its
// input. It is applied by [Apply].
//
// Inputs: two of one shape. Output: that shape.
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
