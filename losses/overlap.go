package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

type (
	// Dice is 1 - 2Σy·p/(Σy + Σp + 1e-7), one minus the overlap of two segmentations
	// (Milletari et al. 2016), over Axis, or over all axes if nil.
	Dice struct {
		Axis    []int `keras:"axis"`
		Options `default:"name=dice"`
	}
	// Tversky is 1 - o/(o + Alpha·Σ(1-p)·y + Beta·Σp·(1-y) + 1e-7) with o = Σy·p: [Dice] with
	// separate weights for false negatives and false positives (Salehi et al. 2017), both 0.5 if
	// nil.
	Tversky struct {
		Alpha   *float64 `keras:"alpha" default:"0.5" range:"[0,inf)"`
		Beta    *float64 `keras:"beta" default:"0.5" range:"[0,inf)"`
		Axis    []int    `keras:"axis"`
		Options `default:"name=tversky"`
	}
)

// Of returns one value, or one per index of the remaining axes.
func (l Dice) Of(y, pred *graph.Node) *graph.Node {
	y, pred = match("dice", y, pred)
	both := ops.Sum(ops.Multiply(y, pred), l.Axis...)
	all := ops.Add(ops.Sum(y, l.Axis...), ops.Sum(pred, l.Axis...))
	return oneMinus(ops.Divide(ops.Scale(both, 2), ops.Shift(all, epsilon)))
}

// Of returns one value, or one per index of the remaining axes.
func (l Tversky) Of(y, pred *graph.Node) *graph.Node {
	f := config.Filled(l)
	y, pred = match("tversky", y, pred)
	both := ops.Sum(ops.Multiply(y, pred), l.Axis...)
	missed := ops.Sum(ops.Multiply(oneMinus(pred), y), l.Axis...)
	extra := ops.Sum(ops.Multiply(pred, oneMinus(y)), l.Axis...)
	all := ops.Add(both, ops.Add(ops.Scale(missed, *f.Alpha), ops.Scale(extra, *f.Beta)))
	return oneMinus(ops.Divide(both, ops.Shift(all, epsilon)))
}

func oneMinus(x *graph.Node) *graph.Node { return ops.Subtract(ops.OnesLike(x), x) }

func init() {
	family.Register("Dice", func() Loss { return Dice{} })
	family.Register("Tversky", func() Loss { return Tversky{} })
}
