package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

type (
	// CategoricalCrossentropy is -Σ y·log p over the classes along Axis, for one-hot or
	// probability targets y and probabilities p, such as those of a softmax, or logits if
	// FromLogits. Label smoothing s replaces y with y·(1-s) + s/classes. Axis is -1 if nil.
	CategoricalCrossentropy struct {
		FromLogits     bool    `keras:"from_logits"`
		LabelSmoothing float64 `keras:"label_smoothing" range:"[0,1]"`
		Axis           *int    `keras:"axis" default:"-1"`
		Options        `default:"name=categorical_crossentropy"`
	}
	// CategoricalFocalCrossentropy is -Σ Alpha·(1-p)^Gamma·y·log p over the classes, which gives
	// easy samples less weight (Lin et al. 2017). Alpha, one value or one per class, is 0.25 and
	// Gamma is 2 if nil.
	CategoricalFocalCrossentropy struct {
		Alpha          []float64 `keras:"alpha" default:"0.25"`
		Gamma          *float64  `keras:"gamma" default:"2.0" range:"[0,inf)"`
		FromLogits     bool      `keras:"from_logits"`
		LabelSmoothing float64   `keras:"label_smoothing" range:"[0,1]"`
		Axis           *int      `keras:"axis" default:"-1"`
		Options        `default:"name=categorical_focal_crossentropy"`
	}
)

// Of returns one value per sample.
func (l CategoricalCrossentropy) Of(y, pred *graph.Node) *graph.Node {
	const who = "categorical_crossentropy"
	axis := *config.Filled(l).Axis
	y, p := oneHot(who, y, pred, l.LabelSmoothing)
	softmax := ops.Axis(p, axis) == p.Rank()-1
	if x := logits(who, p, l.FromLogits, softmax); x != nil && (softmax || l.FromLogits) {
		return ops.SoftmaxCrossEntropy(y, x, axis)
	}
	return ops.CategoricalCrossentropy(y, p, axis)
}

// Of returns one value per sample.
func (l CategoricalFocalCrossentropy) Of(y, pred *graph.Node) *graph.Node {
	const who = "categorical_focal_crossentropy"
	f := config.Filled(l)
	y, p := oneHot(who, y, pred, l.LabelSmoothing)
	if l.FromLogits {
		p = ops.Softmax(logits(who, p, true, true), *f.Axis)
	}
	p = ops.Clip(ops.Divide(p, ops.KeepDims{*f.Axis}.Sum(p)), epsilon, 1-epsilon)
	wrong := ops.Subtract(ops.OnesLike(p), p)
	weight := ops.Multiply(ops.Power(wrong, ops.Scalar(wrong, *f.Gamma)), row(p, f.Alpha))
	return ops.Negative(ops.Sum(ops.Multiply(weight, ops.Multiply(y, ops.Log(p))), *f.Axis))
}

// row returns alpha, one value or one per class on the last axis, as a constant that fits p.
func row(p *graph.Node, alpha []float64) *graph.Node {
	if len(alpha) == 1 {
		return ops.Scalar(p, alpha[0])
	}
	if k := p.Shape[p.Rank()-1]; len(alpha) != k {
		graph.Errorf("categorical_focal_crossentropy: %d weights Alpha for %d classes", len(alpha), k)
	}
	each := make([]*graph.Node, len(alpha))
	for i, a := range alpha {
		each[i] = ops.Full(p, a, 1)
	}
	return ops.Concatenate(0, each...)
}

// oneHot matches y to pred and applies label smoothing.
func oneHot(who string, y, pred *graph.Node, smoothing float64) (*graph.Node, *graph.Node) {
	if y.Rank() < pred.Rank() || pred.Rank() > 0 && pred.Shape[pred.Rank()-1] > 1 && y.Shape[y.Rank()-1] == 1 {
		graph.Errorf("%s: target %v does not match output %v: the loss needs one-hot rows; for class indices use SparseCategoricalCrossentropy", who, y.Shape, pred.Shape)
	}
	y, pred = match(who, y, pred)
	if smoothing != 0 {
		y = ops.Shift(ops.Scale(y, 1-smoothing), smoothing/float64(y.Shape[y.Rank()-1]))
	}
	return y, pred
}

func init() {
	family.Register("CategoricalCrossentropy", func() Loss { return CategoricalCrossentropy{} })
	family.Register("CategoricalFocalCrossentropy", func() Loss { return CategoricalFocalCrossentropy{} })
}
