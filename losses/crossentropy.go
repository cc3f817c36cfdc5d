package losses

import (
	"github.com/rhyton/rhyton/graph"
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
	switch {
	case pred.Rank() > 0 && pred.Shape[pred.Rank()-1] == 1:
		return BinaryCrossentropy{FromLogits: l.FromLogits}.Of(y, pred)
	case y.Rank() < pred.Rank() || y.Rank() > 0 && y.Shape[y.Rank()-1] == 1:
		return SparseCategoricalCrossentropy{FromLogits: l.FromLogits}.Of(y, pred)
	}
	return CategoricalCrossentropy{FromLogits: l.FromLogits}.Of(y, pred)
}

func init() {
	family.Register("Crossentropy", func() Loss { return Crossentropy{} }, "ce")
}
