package losses

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

type (
	// SparseCategoricalCrossentropy is -log p[y] for class indices y, (…) or (…, 1), and
	// probabilities p (…, classes), such as those of a softmax, or logits if FromLogits. Targets
	// equal to IgnoreClass, if not nil, are ignored.
	SparseCategoricalCrossentropy struct {
		FromLogits  bool `keras:"from_logits"`
		IgnoreClass *int `keras:"ignore_class"`
		Axis        *int `keras:"axis" default:"-1"` // only the last axis is supported
		Options     `default:"name=sparse_categorical_crossentropy"`
	}
	// CategoricalGeneralizedCrossEntropy is (1 - p[y]^Q)/Q for class indices y (…) and
	// probabilities p (…, classes). It interpolates between cross-entropy (Q → 0) and absolute
	// error (Q = 1) and is robust to wrong labels (Zhang & Sabuncu 2018). Q is 0.5 if zero.
	CategoricalGeneralizedCrossEntropy struct {
		Q       float64 `keras:"q" default:"0.5" range:"(0,1)"`
		Options `default:"name=categorical_generalized_cross_entropy"`
	}
)

// Of returns one value per sample.
func (l SparseCategoricalCrossentropy) Of(y, pred *graph.Node) *graph.Node {
	const who = "sparse_categorical_crossentropy"
	if a := *config.Filled(l).Axis; ops.Axis(pred, a) != pred.Rank()-1 {
		graph.Errorf("%s: classes along axis %d of %v; want the last one", who, a, pred.Shape)
	}
	y = classes(who, y, pred)
	x := logits(who, pred, l.FromLogits, true)
	if l.IgnoreClass != nil {
		counts := l.counts(y)
		values := sparse(ops.Where(counts, y, ops.ZerosLike(y)), pred, x)
		return ops.Where(counts, values, ops.ZerosLike(values))
	}
	return sparse(y, pred, x)
}

// sparse is the cross-entropy of probabilities pred, computed from logits x if not nil.
func sparse(y, pred, x *graph.Node) *graph.Node {
	if x != nil {
		return ops.SparseSoftmaxCrossEntropy(y, x)
	}
	return ops.SparseCategoricalCrossentropy(y, pred)
}

// Mask is true where the target is not IgnoreClass; nil if IgnoreClass is.
func (l SparseCategoricalCrossentropy) Mask(y, pred, values *graph.Node) *graph.Node {
	if l.IgnoreClass == nil {
		return nil
	}
	return l.counts(classes("sparse_categorical_crossentropy", y, pred))
}

func (l SparseCategoricalCrossentropy) counts(y *graph.Node) *graph.Node {
	return ops.NotEqual(y, ops.Scalar(y, float64(*l.IgnoreClass)))
}

// Of returns one value per sample.
func (l CategoricalGeneralizedCrossEntropy) Of(y, pred *graph.Node) *graph.Node {
	y = classes("categorical_generalized_cross_entropy", y, pred)
	q := config.Filled(l).Q
	hot := ops.Cast(ops.OneHot(y, pred.Shape[pred.Rank()-1]), pred.DType)
	p := ops.Sum(ops.Multiply(pred, hot), -1)
	power := ops.Power(p, ops.Scalar(p, q))
	return ops.Scale(ops.Subtract(ops.OnesLike(p), power), 1/q)
}

// classes returns y as integers, in the shape of pred without its last axis.
func classes(who string, y, pred *graph.Node) *graph.Node {
	if y.Rank() == pred.Rank() && y.Rank() > 0 && y.Shape[y.Rank()-1] == 1 {
		y = ops.Squeeze(y, -1)
	}
	if pred.Rank() == 0 || !y.Shape.Equal(pred.Shape[:pred.Rank()-1]) {
		hint := ""
		if y.Shape.Equal(pred.Shape) {
			hint = "; for one-hot targets use CategoricalCrossentropy"
		}
		graph.Errorf("%s: target %v for output %v; want one class index for each row of the output%s", who, y.Shape, pred.Shape, hint)
	}
	if !y.DType.IsInt() {
		y = ops.Cast(y, graph.Int32)
	}
	return y
}

func (l SparseCategoricalCrossentropy) checkTargets(y *tensor.Tensor, pred graph.Shape) error {
	return checkClasses(y, pred, l.IgnoreClass)
}

func (CategoricalGeneralizedCrossEntropy) checkTargets(y *tensor.Tensor, pred graph.Shape) error {
	return checkClasses(y, pred, nil)
}

func checkClasses(y *tensor.Tensor, pred graph.Shape, ignore *int) error {
	k := 0
	if len(pred) > 0 {
		k = pred[len(pred)-1]
	}
	values, err := tensor.As[float64](y)
	for i, v := range values {
		if ignore != nil && v == float64(*ignore) {
			continue
		}
		if !(v >= 0 && v < float64(k)) || v != math.Trunc(v) {
			return fmt.Errorf("targets[%d] is %v; want a class index in [0, %d)%s", i, v, k, classHint(values, k))
		}
	}
	return err
}

// classHint suggests a fix for class indices in another range. It returns "" if the values are
// not class indices.
func classHint(values []float64, k int) string {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v != math.Trunc(v) || math.IsInf(v, 0) { // also NaN
			return ""
		}
		low, high = min(low, v), max(high, v)
	}
	hint := fmt.Sprintf("; targets run from %.0f to %.0f: ", low, high)
	if low > 0 && high-low < float64(k) {
		return hint + fmt.Sprintf("subtract %.0f, or use %.0f outputs", low, high+1)
	}
	if low < 0 {
		return hint + "number the classes from 0"
	}
	return hint + fmt.Sprintf("use %.0f outputs", high+1)
}

func init() {
	family.Register("SparseCategoricalCrossentropy", func() Loss { return SparseCategoricalCrossentropy{} })
	family.Register("CategoricalGeneralizedCrossEntropy", func() Loss { return CategoricalGeneralizedCrossEntropy{} })
}
