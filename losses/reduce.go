package losses

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/targets"
	"github.com/rhyton/rhyton/ops"
)

// Compute returns the loss of predictions for targets y: a scalar, or one value per sample if
// the reduction is [None]. weight and mask, which may be nil, have the shape of the samples'
// losses or of its leading axes. The mask is that of pred, as in a masked sequence.
func Compute(l Loss, y, pred, weight, mask *graph.Node) *graph.Node {
	if err := Check(l); err != nil {
		graph.Errorf("loss %v", err)
	}
	values := l.Of(y, full(pred))
	if own := l.Mask(y, pred, values); own != nil {
		if mask != nil {
			own = ops.LogicalAnd(mask, own)
		}
		mask = own
	}
	return Reduce(values, weight, mask, l.Settings().Reduction)
}

// full casts pred to float32 if it is not a float or is a smaller one.
func full(pred *graph.Node) *graph.Node {
	if pred.DType == graph.Float64 {
		return pred
	}
	return ops.Cast(pred, graph.Float32)
}

// Reduce weights values and reduces them.
//
// A mask is converted to weights 0 and 1. Where the mean is taken, the weights are 0 and
// total/valid, so that the sum is divided by the number of valid entries. If there are no valid
// entries, the result is 0.
func Reduce(values, weight, mask *graph.Node, reduction Reduction) *graph.Node {
	mean := reduction == SumOverBatchSize || reduction == Mean || reduction == ""
	weight = targets.Masked(mask, weight, mean)
	if weight != nil {
		weight = ops.Cast(weight, values.DType)
		values, weight = targets.Aligned(values, weight)
		values = ops.Multiply(values, weight)
	}
	if reduction == None || values.Rank() == 0 {
		return values
	}
	total := ops.Sum(values)
	switch {
	case mean:
		return ops.Scale(total, 1/float64(max(values.Shape.Size(), 1)))
	case reduction == MeanWithSampleWeight && weight != nil:
		return ops.DivideNoNaN(total, ops.Sum(weight))
	case reduction == MeanWithSampleWeight:
		return ops.Scale(total, 1/float64(max(values.Shape.Size(), 1)))
	}
	return total
}
