package metrics

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

// Intersection over union of the areas of classes, tp/(tp + fp + fn), averaged over the target
// classes that occur. Targets and predictions are class indices, one per position, or, if
// DenseYTrue and DensePred are set, one-hot and scores along Axis, -1 if nil (Keras'
// sparse_y_true and sparse_y_pred, inverted). The cells of the confusion matrix are counted in
// int32, so that there are at most 46340 classes.
//
// Sample weights are truncated to integers unless DType is a float type, as in Keras.
type (
	// IoU is the intersection over union of the classes TargetClassIDs, out of NumClasses.
	IoU struct {
		NumClasses     int   `keras:"num_classes,required" range:"[1,46340]"`
		TargetClassIDs []int `keras:"target_class_ids,required" range:"[0,inf)"`
		IgnoreClass    *int  `keras:"ignore_class"`
		DenseYTrue     bool  `keras:"!sparse_y_true"`
		DensePred      bool  `keras:"!sparse_y_pred"`
		Axis           *int  `keras:"axis" default:"-1"`
		higher
		Options `default:"name=io_u,dtype=int64"`
	}
	// MeanIoU is IoU over all classes.
	MeanIoU struct {
		NumClasses  int  `keras:"num_classes,required" range:"[1,46340]"`
		IgnoreClass *int `keras:"ignore_class"`
		DenseYTrue  bool `keras:"!sparse_y_true"`
		DensePred   bool `keras:"!sparse_y_pred"`
		Axis        *int `keras:"axis" default:"-1"`
		higher
		Options `default:"name=mean_io_u,dtype=int64"`
	}
	// BinaryIoU is IoU of the classes 0 and 1, or of TargetClassIDs, for scores. A score of at
	// least Threshold, 0.5 if nil, is class 1.
	BinaryIoU struct {
		TargetClassIDs []int    `keras:"target_class_ids" default:"[0,1]" range:"[0,1]"`
		Threshold      *float64 `keras:"threshold" default:"0.5"`
		higher
		Options `default:"name=binary_io_u,dtype=int64"`
	}
	// OneHotIoU is IoU for one-hot targets and scores along Axis, or for predicted class indices
	// if SparsePred is set.
	OneHotIoU struct {
		NumClasses     int   `keras:"num_classes,required" range:"[1,46340]"`
		TargetClassIDs []int `keras:"target_class_ids,required" range:"[0,inf)"`
		IgnoreClass    *int  `keras:"ignore_class"`
		SparsePred     bool  `keras:"sparse_y_pred"`
		Axis           *int  `keras:"axis" default:"-1"`
		higher
		Options `default:"name=one_hot_io_u,dtype=int64"`
	}
	// OneHotMeanIoU is OneHotIoU over all classes.
	OneHotMeanIoU struct {
		NumClasses  int  `keras:"num_classes,required" range:"[1,46340]"`
		IgnoreClass *int `keras:"ignore_class"`
		SparsePred  bool `keras:"sparse_y_pred"`
		Axis        *int `keras:"axis" default:"-1"`
		higher
		Options `default:"name=one_hot_mean_io_u,dtype=int64"`
	}
)

// Check returns an error if an argument is invalid.
func (m IoU) Check() error {
	for _, c := range m.TargetClassIDs {
		if c >= m.NumClasses {
			return fmt.Errorf("IoU: TargetClassIDs has %d; want a class in [0, %d)", c, m.NumClasses)
		}
	}
	return config.Check(m)
}

// Update adds a batch to the confusion matrix, (targets, predictions).
func (m IoU) Update(s *State, b Batch) {
	y, pred := b.Y, b.Pred
	axis := *config.Filled(m).Axis
	if m.DenseYTrue {
		y = ops.ArgMax(y, axis)
	}
	if m.DensePred {
		pred = ops.ArgMax(pred, axis)
	}
	y, pred = ops.Reshape(ops.Cast(y, graph.Int32), -1), ops.Reshape(ops.Cast(pred, graph.Int32), -1)
	if !y.Shape.Equal(pred.Shape) {
		graph.Errorf("metric %s: %d targets for %d predictions", NameOf(m), y.Shape[0], pred.Shape[0])
	}
	n := m.NumClasses
	inside := ops.LogicalAnd(within(y, n), within(pred, n))
	if m.IgnoreClass != nil {
		inside = ops.LogicalAnd(inside, ops.NotEqual(y, ops.Scalar(y, float64(*m.IgnoreClass))))
	}
	at := ops.Where(inside, ops.Add(ops.Scale(y, float64(n)), pred), ops.Full(y, -1, y.Shape...))
	zero := y.Graph().Const(graph.Float32, 0, n*n)
	cells := graph.Apply(graph.Scatter{Fn: graph.Add}, zero, at, m.weights(y, b.Weight))
	s.Add("total_confusion_matrix", ops.Reshape(cells, n, n))
}

func within(class *graph.Node, n int) *graph.Node {
	return ops.LogicalAnd(ops.GreaterEqual(class, ops.ZerosLike(class)), ops.Less(class, ops.Scalar(class, float64(n))))
}

func (m IoU) weights(y, weight *graph.Node) *graph.Node {
	if weight == nil {
		return y.Graph().Const(graph.Float32, 1, y.Shape...)
	}
	if !strings.Contains(m.DType, "float") {
		weight = ops.Cast(weight, graph.Int32)
	}
	return ops.BroadcastTo(ops.Reshape(ops.Cast(weight, graph.Float32), -1), y.Shape...)
}

// Result returns the mean over the target classes that occur.
func (m IoU) Result(sums [][]float64) *tensor.Tensor {
	const epsilon = 1e-7
	n, total, valid := m.NumClasses, 0.0, 0.0
	for _, c := range m.TargetClassIDs {
		union := -sums[0][c*n+c]
		for k := range n {
			union += sums[0][c*n+k] + sums[0][k*n+c]
		}
		if union > 1e-9 {
			total += sums[0][c*n+c] / (union + epsilon)
			valid++
		}
	}
	return Scalar(total / (valid + epsilon))
}

func all(n int) []int { return axes(0, n) }

func (m MeanIoU) iou() IoU {
	return IoU{NumClasses: m.NumClasses, TargetClassIDs: all(m.NumClasses), IgnoreClass: m.IgnoreClass,
		DenseYTrue: m.DenseYTrue, DensePred: m.DensePred, Axis: m.Axis, Options: m.Options}
}

// Update adds a batch.
func (m MeanIoU) Update(s *State, b Batch) { m.iou().Update(s, b) }

// Result returns the mean over the classes that occur.
func (m MeanIoU) Result(sums [][]float64) *tensor.Tensor { return m.iou().Result(sums) }

func (m BinaryIoU) iou() IoU {
	return IoU{NumClasses: 2, TargetClassIDs: config.Filled(m).TargetClassIDs, Options: m.Options}
}

// Update adds a batch.
func (m BinaryIoU) Update(s *State, b Batch) {
	b.Pred = ops.GreaterEqual(b.Pred, ops.Scalar(b.Pred, *config.Filled(m).Threshold))
	m.iou().Update(s, b)
}

// Result returns the mean over the target classes that occur.
func (m BinaryIoU) Result(sums [][]float64) *tensor.Tensor { return m.iou().Result(sums) }

func (m OneHotIoU) iou() IoU {
	return IoU{NumClasses: m.NumClasses, TargetClassIDs: m.TargetClassIDs, IgnoreClass: m.IgnoreClass,
		DenseYTrue: true, DensePred: !m.SparsePred, Axis: m.Axis, Options: m.Options}
}

// Check returns an error if an argument is invalid.
func (m OneHotIoU) Check() error { return m.iou().Check() }

// Update adds a batch.
func (m OneHotIoU) Update(s *State, b Batch) { m.iou().Update(s, b) }

// Result returns the mean over the target classes that occur.
func (m OneHotIoU) Result(sums [][]float64) *tensor.Tensor { return m.iou().Result(sums) }

func (m OneHotMeanIoU) iou() IoU {
	return IoU{NumClasses: m.NumClasses, TargetClassIDs: all(m.NumClasses), IgnoreClass: m.IgnoreClass,
		DenseYTrue: true, DensePred: !m.SparsePred, Axis: m.Axis, Options: m.Options}
}

// Update adds a batch.
func (m OneHotMeanIoU) Update(s *State, b Batch) { m.iou().Update(s, b) }

// Result returns the mean over the classes that occur.
func (m OneHotMeanIoU) Result(sums [][]float64) *tensor.Tensor { return m.iou().Result(sums) }

func init() {
	family.Register("IoU", func() Metric { return IoU{} })
	family.Register("MeanIoU", func() Metric { return MeanIoU{} })
	family.Register("BinaryIoU", func() Metric { return BinaryIoU{} })
	family.Register("OneHotIoU", func() Metric { return OneHotIoU{} })
	family.Register("OneHotMeanIoU", func() Metric { return OneHotMeanIoU{} })
}
