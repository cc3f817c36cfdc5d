package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

// Circle pulls embeddings of the same class together and pushes those of different classes apart
// (Sun et al. 2020). It uses the cosine similarity of all pairs in the batch: class indices y
// (batch) and unit vectors pred (batch, features). Gamma, 80 if zero, is the scale; Margin is 0.4
// if nil. A sample is not paired with itself unless KeepDiagonal is set.
type Circle struct {
	Gamma        float64  `keras:"gamma" default:"80.0" range:"(0,inf)"`
	Margin       *float64 `keras:"margin" default:"0.4" range:"[0,1]"`
	KeepDiagonal bool     `keras:"!remove_diagonal"`
	Options      `default:"name=circle"`
}

// never is a logit whose exponential is 0; unlike -Inf it can be added to Inf.
const never = -1e30

// Of returns one value per sample.
func (l Circle) Of(y, pred *graph.Node) *graph.Node {
	f := config.Filled(l)
	y = classes("circle", y, pred)
	if pred.Rank() != 2 {
		graph.Errorf("circle: output %v; want embeddings (batch, features)", pred.Shape)
	}
	n := pred.Shape[0]
	distance := ops.Shift(ops.Negative(ops.MatMul(pred, ops.Transpose(pred))), 1)
	distance = ops.Maximum(distance, ops.ZerosLike(distance))
	same := ops.Equal(ops.Reshape(y, n, 1), ops.Reshape(y, 1, n))
	other := ops.LogicalNot(same)
	if !l.KeepDiagonal {
		same = ops.LogicalAnd(same, ops.LogicalNot(ops.Eye(y.Graph(), graph.Bool, n, n, 0)))
	}
	m := *f.Margin
	pull := ops.Scale(pairs(same, ops.Shift(distance, m), ops.Shift(ops.Negative(distance), m)), -f.Gamma)
	push := ops.Scale(pairs(other, ops.Shift(ops.Negative(distance), 1+m), ops.Shift(ops.Negative(distance), 1-m)), f.Gamma)
	no := ops.Full(distance, never, n, n)
	return ops.Softplus(ops.Add(
		ops.LogSumExp(ops.Where(same, pull, no), 1),
		ops.LogSumExp(ops.Where(other, push, no), 1)))
}

// pairs returns max(weight, 0)·delta for the selected pairs and 0 for the others.
func pairs(which, weight, delta *graph.Node) *graph.Node {
	weight = ops.Where(which, weight, ops.ZerosLike(weight))
	return ops.Multiply(ops.Maximum(weight, ops.ZerosLike(weight)), delta)
}

// Mask is true where the loss is not 0: for samples that have pairs of both kinds.
func (Circle) Mask(y, pred, values *graph.Node) *graph.Node {
	return ops.Greater(values, ops.ZerosLike(values))
}

func init() { family.Register("Circle", func() Loss { return Circle{} }) }
