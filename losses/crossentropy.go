package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// Crossentropy selects the cross-entropy by the shapes, like Keras' "crossentropy":
// [BinaryCrossentropy] for an output of one unit, [SparseCategoricalCrossentropy] for class
// indices, otherwise [CategoricalCrossentropy].
type Crossentropy struct {
	FromLogits bool `keras:"from_logits"`
	Options    `default:"name=crossentropy"`
}

// Of returns one value per sample.
func (l Crossentropy) Of(y, pred *graph.Node) *graph.Node {
	return l.fitting(y.Shape, pred.Shape).Of(y, pred)
}

// fitting returns the cross-entropy for the given shapes of targets and outputs.
func (l Crossentropy) fitting(y, pred graph.Shape) Loss {
	switch {
	case len(pred) > 0 && pred[len(pred)-1] == 1:
		return BinaryCrossentropy{FromLogits: l.FromLogits}
	case len(y) < len(pred) || len(y) > 0 && y[len(y)-1] == 1:
		return SparseCategoricalCrossentropy{FromLogits: l.FromLogits}
	}
	return CategoricalCrossentropy{FromLogits: l.FromLogits}
}

// checkTargets calls checkTargets of the selected cross-entropy.
func (l Crossentropy) checkTargets(y *tensor.Tensor, pred graph.Shape) error {
	return CheckTargets(l.fitting(y.Shape(), pred), y, pred)
}

func init() {
	family.Register("Crossentropy", func() Loss { return Crossentropy{} }, "ce")
}
