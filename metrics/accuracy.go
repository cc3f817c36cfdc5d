package metrics

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

type (
	// Accuracy is the fraction of correct classes, Keras' "accuracy". It depends on the shapes:
	// [BinaryAccuracy] for an output of one unit, [SparseCategoricalAccuracy] for class indices,
	// otherwise [CategoricalAccuracy].
	Accuracy struct {
		mean
		higher
		Options `default:"name=accuracy"`
	}
	// ExactAccuracy is the fraction of predictions equal to their target, Keras' class Accuracy.
	ExactAccuracy struct {
		mean
		higher
		Options `default:"name=accuracy"`
	}
	// BinaryAccuracy is the fraction of predictions on the correct side of Threshold, 0.5 if nil.
	// A prediction above the threshold counts as 1.
	BinaryAccuracy struct {
		Threshold *float64 `keras:"threshold" default:"0.5"`
		mean
		higher
		Options `default:"name=binary_accuracy"`
	}
	// CategoricalAccuracy is the fraction of samples whose largest prediction has the same index
	// as the largest element of the one-hot target.
	CategoricalAccuracy struct {
		mean
		higher
		Options `default:"name=categorical_accuracy"`
	}
	// SparseCategoricalAccuracy is the fraction of samples whose largest prediction has the class
	// index given by the target.
	SparseCategoricalAccuracy struct {
		mean
		higher
		Options `default:"name=sparse_categorical_accuracy"`
	}
	// TopKCategoricalAccuracy is the fraction of samples whose class, given by a one-hot target,
	// is among the K largest predictions. K is 5 if zero.
	TopKCategoricalAccuracy struct {
		K int `keras:"k" default:"5" range:"[1,inf)"`
		mean
		higher
		Options `default:"name=top_k_categorical_accuracy"`
	}
	// SparseTopKCategoricalAccuracy is TopKCategoricalAccuracy for class indices. With
	// FromSortedIDs, the output holds class indices instead of scores, best first, (batch, n) for
	// any n, and the metric is the fraction of targets among the first K of them.
	SparseTopKCategoricalAccuracy struct {
		K             int  `keras:"k" default:"5" range:"[1,inf)"`
		FromSortedIDs bool `keras:"from_sorted_ids" omit:"zero"`
		mean
		higher
		Options `default:"name=sparse_top_k_categorical_accuracy"`
	}
)

// Update adds a batch.
func (Accuracy) Update(s *State, b Batch) {
	y, p := b.Y, b.Pred
	switch {
	case p.Rank() > 0 && p.Shape[p.Rank()-1] == 1:
		BinaryAccuracy{}.Update(s, b)
	case y.Rank() < p.Rank() || y.Rank() > 0 && y.Shape[y.Rank()-1] == 1:
		SparseCategoricalAccuracy{}.Update(s, b)
	default:
		CategoricalAccuracy{}.Update(s, b)
	}
}

// Update adds a batch.
func (ExactAccuracy) Update(s *State, b Batch) {
	y, pred := matched("accuracy", b.Y, b.Pred)
	addValues(s, b, ops.Equal(y, pred))
}

// Update adds a batch.
func (m BinaryAccuracy) Update(s *State, b Batch) {
	y, pred := matched("binary_accuracy", b.Y, b.Pred)
	one := ops.Greater(pred, ops.Scalar(pred, *config.Filled(m).Threshold))
	addValues(s, b, ops.Equal(y, ops.Cast(one, y.DType)))
}

// Update adds a batch.
func (CategoricalAccuracy) Update(s *State, b Batch) {
	y := classOf("categorical_accuracy", b.Y, b.Pred)
	addValues(s, b, ops.Equal(y, ops.ArgMax(b.Pred, -1)))
}

// Update adds a batch.
func (SparseCategoricalAccuracy) Update(s *State, b Batch) {
	y := classNumber("sparse_categorical_accuracy", b.Y, b.Pred)
	addValues(s, b, ops.Equal(y, ops.ArgMax(b.Pred, -1)))
}

// Update adds a batch.
func (m TopKCategoricalAccuracy) Update(s *State, b Batch) {
	addValues(s, b, inTopK(classOf("top_k_categorical_accuracy", b.Y, b.Pred), b.Pred, config.Filled(m).K))
}

// Update adds a batch.
func (m SparseTopKCategoricalAccuracy) Update(s *State, b Batch) {
	const name = "sparse_top_k_categorical_accuracy"
	k := config.Filled(m).K
	if m.FromSortedIDs {
		addValues(s, b, amongFirst(perRow(name, b.Y, b.Pred), b.Pred, k))
	} else {
		addValues(s, b, inTopK(classNumber(name, b.Y, b.Pred), b.Pred, k))
	}
}

// amongFirst reports, for each element of y, whether it is among the first k of the last axis
// of ids.
func amongFirst(y, ids *graph.Node, k int) *graph.Node {
	last := ids.Rank() - 1
	ids = ops.Slice(ids, last, 0, min(k, ids.Shape[last]))
	return ops.Any(ops.Equal(ops.ExpandDims(ops.Cast(y, ids.DType), -1), ids), -1)
}

func inTopK(y, pred *graph.Node, k int) *graph.Node {
	hit := ops.InTopK(ops.Reshape(y, -1), ops.Reshape(pred, -1, pred.Shape[pred.Rank()-1]), k)
	return ops.Reshape(hit, y.Shape...)
}

// classOf returns the class indices of one-hot targets.
func classOf(who string, y, pred *graph.Node) *graph.Node {
	if pred.Rank() == 0 || !y.Shape.Equal(pred.Shape) {
		graph.Errorf("metric %s: target %v does not match output %v; it needs one-hot rows; for class indices use sparse_%s", who, y.Shape, pred.Shape, who)
	}
	return ops.ArgMax(y, -1)
}

// classNumber returns y as int32, in the shape of pred without its last axis.
func classNumber(who string, y, pred *graph.Node) *graph.Node {
	return ops.Cast(perRow(who, y, pred), graph.Int32)
}

// perRow returns y in the shape of pred without its last axis.
func perRow(who string, y, pred *graph.Node) *graph.Node {
	if y.Rank() == pred.Rank() && y.Rank() > 0 && y.Shape[y.Rank()-1] == 1 {
		y = ops.Squeeze(y, -1)
	}
	if pred.Rank() == 0 || !y.Shape.Equal(pred.Shape[:pred.Rank()-1]) {
		graph.Errorf("metric %s: target %v for output %v; want one class index for each row of the output", who, y.Shape, pred.Shape)
	}
	return y
}

func init() {
	family.RegisterFunction("accuracy", "rhyton", "rhyton>Accuracy", func() Metric { return Accuracy{} })
	family.RegisterValue("acc", Accuracy{Options: Options{Name: "acc"}})
	family.RegisterValue("accuracy", Accuracy{})
	family.Register("Accuracy", func() Metric { return ExactAccuracy{} })
	family.Register("BinaryAccuracy", func() Metric { return BinaryAccuracy{} })
	family.Register("CategoricalAccuracy", func() Metric { return CategoricalAccuracy{} })
	family.Register("SparseCategoricalAccuracy", func() Metric { return SparseCategoricalAccuracy{} })
	family.Register("TopKCategoricalAccuracy", func() Metric { return TopKCategoricalAccuracy{} })
	family.Register("SparseTopKCategoricalAccuracy", func() Metric { return SparseTopKCategoricalAccuracy{} })
}
