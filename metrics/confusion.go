package metrics

import (
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
)

// A confusion counts, for each threshold, the positive and negative samples predicted above it
// or not.
type confusion struct {
	who          string
	thresholds   []float64
	topK         int  // 0: all; otherwise only the K largest predictions of a row can be positive
	class        *int // nil: all
	multiLabel   bool // one count per label
	labelWeights []float64
}

// noScore replaces the predictions that are not among the K largest.
const noScore = -1e10

// counts returns the weighted numbers of true and false positives, (thresholds), or
// (thresholds, labels) if multiLabel, and of all positive and all negative samples.
func (c confusion) counts(b Batch) (tp, fp, positive, negative *graph.Node) {
	y, pred, weight := c.prepare(b)
	if !c.multiLabel {
		y, pred, weight = ops.Reshape(y, -1, 1), ops.Reshape(pred, -1, 1), ops.Reshape(weight, -1, 1)
	}
	yes := ops.Multiply(y, weight)
	no := ops.Multiply(ops.Subtract(ops.OnesLike(y), y), weight)
	if c.even() {
		tp, fp = c.byBucket(pred, yes), c.byBucket(pred, no)
	} else {
		tp, fp = c.byThreshold(pred, yes), c.byThreshold(pred, no)
	}
	positive, negative = ops.Sum(yes, 0), ops.Sum(no, 0)
	if !c.multiLabel {
		return ops.Squeeze(tp, 1), ops.Squeeze(fp, 1), positive, negative
	}
	return tp, fp, positive, negative
}

// prepare returns targets as 0 and 1, predictions and weights, all in the same shape.
func (c confusion) prepare(b Batch) (y, pred, weight *graph.Node) {
	pred = ops.Cast(b.Pred, graph.Float32)
	y, pred = targets.SameRank(b.Y, pred)
	if !y.Shape.Equal(pred.Shape) {
		graph.Errorf("metric %s: target %v for output %v; want binary or one-hot targets of the output's shape", c.who, b.Y.Shape, b.Pred.Shape)
	}
	y = ops.Cast(ops.NotEqual(y, ops.ZerosLike(y)), graph.Float32)
	weight = ops.OnesLike(pred)
	if b.Weight != nil {
		_, w := targets.Aligned(pred, ops.Cast(b.Weight, pred.DType))
		weight = ops.BroadcastTo(w, pred.Shape...)
	}
	if c.labelWeights != nil && !c.multiLabel {
		weight = ops.Multiply(weight, c.perLabel(pred))
	}
	if c.topK > 0 {
		pred = topOnly(pred, c.topK)
	}
	if c.class != nil {
		if pred.Rank() < 2 || *c.class >= pred.Shape[pred.Rank()-1] {
			graph.Errorf("metric %s: class %d of output %v", c.who, *c.class, pred.Shape)
		}
		y, pred, weight = ops.Index(y, -1, *c.class), ops.Index(pred, -1, *c.class), ops.Index(weight, -1, *c.class)
	}
	return y, pred, weight
}

func (c confusion) perLabel(pred *graph.Node) *graph.Node {
	if n := pred.Shape[pred.Rank()-1]; n != len(c.labelWeights) {
		graph.Errorf("metric %s: %d label weights for %d labels", c.who, len(c.labelWeights), n)
	}
	return ops.Cast(pred.Graph().Literal(Vector(c.labelWeights)), pred.DType)
}

// topOnly replaces all but the k largest elements of each row with noScore.
func topOnly(x *graph.Node, k int) *graph.Node {
	order := graph.Apply(graph.ArgSort{Axis: x.Rank() - 1, Descending: true}, x)
	rank := ops.ArgSort(order, -1)
	return ops.Where(ops.Less(rank, ops.Scalar(rank, float64(k))), x, ops.Full(x, noScore, x.Shape...))
}

// byThreshold returns, for each threshold, the sum of the weights of the predictions above it.
func (c confusion) byThreshold(pred, weight *graph.Node) *graph.Node {
	rows := make([]*graph.Node, len(c.thresholds))
	for i, t := range c.thresholds {
		above := ops.Greater(pred, ops.Scalar(pred, t))
		rows[i] = ops.Sum(ops.Where(above, weight, ops.ZerosLike(weight)), 0)
	}
	return ops.Stack(0, rows...)
}

// byBucket is byThreshold for thresholds evenly spaced over [0, 1]. Each prediction falls into the
// bucket of the highest threshold below it and counts for all thresholds up to that one, which
// takes time predictions + thresholds. The buckets are bitwise those of Keras.
func (c confusion) byBucket(pred, weight *graph.Node) *graph.Node {
	n, labels := len(c.thresholds), pred.Shape[1]
	bucket := ops.Shift(ops.Ceil(ops.Scale(ops.Clip(pred, 0, 1), float64(n-1))), -1)
	if c.thresholds[0] < 0 {
		bucket = ops.Maximum(bucket, ops.ZerosLike(bucket)) // 0 is above the first threshold too
	}
	none := ops.Less(bucket, ops.ZerosLike(bucket))
	at := ops.Scale(ops.Cast(bucket, graph.Int32), float64(labels))
	label := pred.Graph().Apply(graph.Iota{DType: graph.Int32, Axis: 1, Dims: graph.DimsOf(pred.Shape)})
	at = ops.Where(none, ops.Full(at, -1, at.Shape...), ops.Add(at, label))
	sums := graph.Apply(graph.Scatter{Fn: graph.Add}, ops.Full(weight, 0, n*labels), ops.Reshape(at, -1), ops.Reshape(weight, -1))
	return graph.Apply(graph.Cumulate{Fn: graph.Add, Axis: 0, Reverse: true}, ops.Reshape(sums, n, labels))
}

// even reports whether the thresholds are evenly spaced over [0, 1], up to an epsilon at the ends.
func (c confusion) even() bool {
	n := len(c.thresholds)
	if n < 3 {
		return false
	}
	for i, t := range c.thresholds {
		want := float64(i) / float64(n-1)
		if math.Abs(t-want) > 1e-7+1e-5*want {
			return false
		}
	}
	return true
}

// addAll adds the four counts for each threshold.
func (c confusion) addAll(s *State, b Batch) {
	tp, fp, positive, negative := c.counts(b)
	s.Add("true_positives", tp)
	s.Add("false_positives", fp)
	s.Add("true_negatives", ops.Subtract(negative, fp))
	s.Add("false_negatives", ops.Subtract(positive, tp))
}

// each returns f applied to corresponding elements of a and b.
func each(a, b []float64, f func(a, b float64) float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = f(a[i], b[i])
	}
	return out
}

// share returns a/(a + b), or 0 if both are 0.
func share(a, b float64) float64 { return ratio(a, a+b) }
