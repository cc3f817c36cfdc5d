package losses

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type (
	// BinaryCrossentropy is the mean of -y·log p - (1-y)·log(1-p) over Axis, for targets in [0, 1]
	// and probabilities p, such as those of a sigmoid, or logits if FromLogits. Label smoothing s
	// replaces targets y with y·(1-s) + s/2. Axis is -1 if nil.
	BinaryCrossentropy struct {
		FromLogits     bool    `keras:"from_logits"`
		LabelSmoothing float64 `keras:"label_smoothing" range:"[0,1]"`
		Axis           *int    `keras:"axis" default:"-1"`
		Options        `default:"name=binary_crossentropy"`
	}
	// BinaryFocalCrossentropy is BinaryCrossentropy times (1 - p of the true class)^Gamma, which
	// gives easy samples less weight (Lin et al. 2017). With ApplyClassBalancing, class 1 has
	// weight Alpha and class 0 has weight 1 - Alpha. Alpha is 0.25 and Gamma is 2 if nil.
	BinaryFocalCrossentropy struct {
		ApplyClassBalancing bool     `keras:"apply_class_balancing"`
		Alpha               *float64 `keras:"alpha" default:"0.25" range:"[0,1]"`
		Gamma               *float64 `keras:"gamma" default:"2.0" range:"[0,inf)"`
		FromLogits          bool     `keras:"from_logits"`
		LabelSmoothing      float64  `keras:"label_smoothing" range:"[0,1]"`
		Axis                *int     `keras:"axis" default:"-1"`
		Options             `default:"name=binary_focal_crossentropy"`
	}
)

// Of returns one value per sample.
func (l BinaryCrossentropy) Of(y, pred *graph.Node) *graph.Node {
	y, p := binary("binary_crossentropy", y, pred, l.LabelSmoothing)
	x := logits("binary_crossentropy", p, l.FromLogits, false)
	return ops.Mean(crossentropy(y, p, x), *config.Filled(l).Axis)
}

// Of returns one value per sample.
func (l BinaryFocalCrossentropy) Of(y, pred *graph.Node) *graph.Node {
	f := config.Filled(l)
	y, p := binary("binary_focal_crossentropy", y, pred, l.LabelSmoothing)
	x := logits("binary_focal_crossentropy", p, l.FromLogits, false)
	if l.FromLogits {
		p = ops.Sigmoid(p)
	}
	no := ops.Subtract(ops.OnesLike(y), y)
	right := ops.Add(ops.Multiply(y, p), ops.Multiply(no, ops.Subtract(ops.OnesLike(p), p)))
	wrong := ops.Subtract(ops.OnesLike(right), right)
	focal := ops.Multiply(ops.Power(wrong, ops.Scalar(wrong, *f.Gamma)), crossentropy(y, p, x))
	if l.ApplyClassBalancing {
		weight := ops.Add(ops.Scale(y, *f.Alpha), ops.Scale(no, 1-*f.Alpha))
		focal = ops.Multiply(weight, focal)
	}
	return ops.Mean(focal, *f.Axis)
}

// binary matches y to pred and applies label smoothing.
func binary(who string, y, pred *graph.Node, smoothing float64) (*graph.Node, *graph.Node) {
	if _, softmax := pred.Op.(fused.Softmax); softmax && pred.Shape[pred.Rank()-1] == 1 {
		graph.Errorf("%s: the output is a softmax over one unit, which is always 1; use a sigmoid", who)
	}
	y, pred = match(who, y, pred)
	if smoothing != 0 {
		y = ops.Shift(ops.Scale(y, 1-smoothing), 0.5*smoothing)
	}
	return y, pred
}

// crossentropy is the binary cross-entropy of probabilities p, computed from logits x if not nil.
func crossentropy(y, p, x *graph.Node) *graph.Node {
	if x != nil {
		return ops.SigmoidCrossEntropy(y, x)
	}
	return ops.BinaryCrossentropy(y, p)
}

// checkTargets returns an error for the first target outside [0, 1].
func (BinaryCrossentropy) checkTargets(y *tensor.Tensor, _ graph.Shape) error { return checkBinary(y) }

func (BinaryFocalCrossentropy) checkTargets(y *tensor.Tensor, _ graph.Shape) error {
	return checkBinary(y)
}

func checkBinary(y *tensor.Tensor) error {
	values, err := tensor.As[float64](y)
	for i, v := range values {
		if !(v >= 0 && v <= 1) {
			return fmt.Errorf("targets[%d] is %v; binary targets must lie in [0, 1]", i, v)
		}
	}
	return err
}

func init() {
	family.Register("BinaryCrossentropy", func() Loss { return BinaryCrossentropy{} }, "bce", "BCE")
	family.Register("BinaryFocalCrossentropy", func() Loss { return BinaryFocalCrossentropy{} })
}
