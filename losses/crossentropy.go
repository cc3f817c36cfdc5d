package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Crossentropy is the cross-entropy that fits the shapes, Keras' "crossentropy":
// [BinaryCrossentropy] for an output of one unit, [SparseCategoricalCrossentropy] for class
// numbers, else [CategoricalCrossentropy].
type Crossentropy struct {
	FromLogits bool `keras:"from_logits"`
	Options    `default:"name=crossentropy"`
}

// Of returns one number for each sample.
func (l Crossentropy) Of(y, pred *graph.Node) *graph.Node {
	return l.fitting(y.Shape, pred.Shape).Of(y, pred)
}

// fitting returns the cross-entropy for targets and outputs of these shapes.
func (l Crossentropy) fitting(y, pred graph.Shape) Loss {
	switch {
	case len(pred) > 0 && pred[len(pred)-1] == 1:
		return BinaryCrossentropy{FromLogits: l.FromLogits}
	case len(y) < len(pred) || len(y) > 0 && y[len(y)-1] == 1:
		return SparseCategoricalCrossentropy{FromLogits: l.FromLogits}
	}
	return CategoricalCrossentropy{FromLogits: l.FromLogits}
}

// checkTargets is that of the cross-entropy that fits the shapes.
func (l Crossentropy) checkTargets(y *tensor.Tensor, pred graph.Shape) error {
	return CheckTargets(l.fitting(y.Shape(), pred), y, pred)
}

func init() {
	family.Register("Crossentropy", func() Loss { return Crossentropy{} }, "ce")
}
