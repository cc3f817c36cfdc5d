package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/ops"
)

type (
	// Hinge is the mean of max(1 - y·pred, 0) for targets -1 and 1. If all targets are 0 or 1,
	// 0 is converted to -1.
	Hinge struct {
		Options `default:"name=hinge"`
	}
	// SquaredHinge is the mean of max(1 - y·pred, 0)², with the targets of [Hinge].
	SquaredHinge struct {
		Options `default:"name=squared_hinge"`
	}
	// CategoricalHinge is max(1 + the largest wrong score - the right score, 0) for one-hot y.
	CategoricalHinge struct {
		Options `default:"name=categorical_hinge"`
	}
)

// Of returns one value per sample.
func (Hinge) Of(y, pred *graph.Node) *graph.Node { return ops.Mean(hinge("hinge", y, pred), -1) }

// Of returns one value per sample.
func (SquaredHinge) Of(y, pred *graph.Node) *graph.Node {
	return ops.Mean(ops.Square(hinge("squared_hinge", y, pred)), -1)
}

func hinge(who string, y, pred *graph.Node) *graph.Node {
	y, pred = match(who, y, pred)
	zero, one := ops.ZerosLike(y), ops.OnesLike(y)
	binary := ops.All(ops.LogicalOr(ops.Equal(y, zero), ops.Equal(y, one)))
	y = ops.Where(binary, ops.Shift(ops.Scale(y, 2), -1), y)
	return ops.Maximum(ops.Subtract(one, ops.Multiply(y, pred)), zero)
}

// Of returns one value per sample.
func (CategoricalHinge) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("categorical_hinge", y, pred)
	right := ops.Sum(ops.Multiply(y, pred), -1)
	wrong := ops.Max(ops.Multiply(ops.Subtract(ops.OnesLike(y), y), pred), -1)
	margin := ops.Shift(ops.Subtract(wrong, right), 1)
	return ops.Maximum(margin, ops.ZerosLike(margin))
}

func init() {
	family.Register("Hinge", func() Loss { return Hinge{} })
	family.Register("SquaredHinge", func() Loss { return SquaredHinge{} })
	family.Register("CategoricalHinge", func() Loss { return CategoricalHinge{} })
}
