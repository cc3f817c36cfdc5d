package layers

import (
	"fmt"
	"math"
	"slices"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
	"github.com/rhyton/rhyton/tensor"
)

func init() {
	register[Normalization]()
}

// Normalization shifts and scales features to mean 0 and variance 1:
// (x - mean) / max(√variance, 1e-7). The mean and population variance come from the data passed
// to Adapt, or from Mean and Variance. For a feature that is constant in that data, any other
// value becomes huge, as in Keras 3; drop such columns.
//
// Input: any shape. Output: the shape of the input. Weights, unless Mean is set, none of them
// trainable: mean and variance, with the extents of Axis, and count, which Keras keeps for
// compatibility with older files.
type Normalization struct {
	Base
	PassMask

	Name     string    `keras:"name"`
	Axis     []int     `keras:"axis" default:"[-1]" null:"[]" enum:"[]"` // axes with separate statistics for each position; nil: the last; empty: one mean and variance for all
	Mean     []float64 `keras:"mean" default:"null"`                     // one per position of the last axis in Axis, or one for all; nil: from Adapt
	Variance []float64 `keras:"variance" default:"null"`                 // like Mean
	Invert   bool      `keras:"invert"`                                  // compute the inverse: mean + x·√variance

	adapted        *moments
	mean, variance *graph.Variable
}

// epsilon is keras.config.epsilon(), the lower bound of the standard deviation.
const epsilon = 1e-7

// Check reports invalid arguments.
func (n *Normalization) Check() error {
	if len(n.Mean) != len(n.Variance) {
		return fmt.Errorf("Normalization: Mean has %d numbers, Variance %d; want as many, or neither", len(n.Mean), len(n.Variance))
	}
	return config.Check(n)
}

// kept returns the axes of x that have separate statistics, in ascending order, and their extents.
func (n *Normalization) kept(x []int) (axes []int, shape graph.Shape, err error) {
	list := n.Axis
	if list == nil {
		list = []int{-1}
	}
	for _, a := range list {
		if a < -len(x) || a >= len(x) {
			return nil, nil, fmt.Errorf("axis %d of shape %v; want one of %d to %d", a, x, -len(x), len(x)-1)
		}
		axes = append(axes, (a+len(x))%len(x))
	}
	slices.Sort(axes)
	if len(slices.Compact(slices.Clone(axes))) < len(axes) {
		return nil, nil, fmt.Errorf("Axis %.60v names an axis twice", list)
	}
	shape = graph.Shape{}
	for _, a := range axes {
		shape = append(shape, x[a])
	}
	if k := len(n.Mean); k > 1 && (len(shape) == 0 || shape[len(shape)-1] != k) {
		return nil, nil, fmt.Errorf("Mean has %d numbers, and the kept axes the extents %v", k, shape)
	}
	return axes, shape, nil
}

// given returns Mean or Variance expanded to every position of the kept axes.
func given(v []float64, shape graph.Shape) *tensor.Tensor {
	data := make([]float32, shape.Size())
	for i := range data {
		data[i] = float32(v[i%len(v)])
	}
	return tensor.Of(data, shape...)
}

// Call returns the normalized x.
func (n *Normalization) Call(s *Scope, x *graph.Node) *graph.Node {
	x = ops.Cast(x, s.policy().compute())
	axes, shape, err := n.kept(x.Shape)
	if err == nil {
		err = n.Check()
	}
	if err != nil {
		graph.Errorf("%v", err)
	}
	wide := slices.Repeat([]int{1}, x.Rank())
	for i, a := range axes {
		wide[a] = shape[i]
	}
	mean, variance := n.read(s, shape)
	mean, variance = ops.Reshape(ops.Cast(mean, x.DType), wide...), ops.Reshape(ops.Cast(variance, x.DType), wide...)
	deviation := ops.Maximum(ops.Sqrt(variance), ops.Scalar(x, epsilon))
	if n.Invert {
		return ops.Add(mean, ops.Multiply(x, deviation))
	}
	return ops.Divide(ops.Subtract(x, mean), deviation)
}

// read returns the mean and the variance in the current trace.
func (n *Normalization) read(s *Scope, shape graph.Shape) (mean, variance *graph.Node) {
	if len(n.Mean) > 0 {
		s.g.Table("Mean and Variance", append(graph.Shape{2}, shape...)...)
		return s.g.Literal(given(n.Mean, shape)), s.g.Literal(given(n.Variance, shape))
	}
	var zeros, ones Initializer = initializers.Zeros{}, initializers.Ones{}
	if n.adapted != nil {
		zeros, ones = start{n.adapted.mean()}, start{n.adapted.variance()}
	}
	first := n.mean == nil
	n.mean, n.variance = s.Track("mean", shape, zeros), s.Track("variance", shape, ones)
	s.TrackAs(graph.Int64, "count", graph.Shape{}, initializers.Zeros{})
	if first && n.mean.Make == nil { // the value is about to be loaded
		n.mean.Make = initially(WeightSpec{Shape: shape, DType: n.mean.Type.DType, Initializer: zeros}, 0)
	}
	return s.Read(n.mean), s.Read(n.variance)
}

// start initializes a weight with a given array.
type start struct{ *tensor.Tensor }

func (i start) Make(dtype tensor.DType, _ graph.Shape, _ uint64) (*tensor.Tensor, error) {
	return i.Clone().Convert(dtype), nil
}

func (i start) CheckShape(shape graph.Shape) error {
	if !i.Shape().Equal(shape) {
		return fmt.Errorf("it was adapted to data with extents %v, this input has %v", i.Shape(), shape)
	}
	return nil
}

// Ready returns an error if the layer was neither adapted nor loaded from a file.
func (n *Normalization) Ready() error {
	// A device that has taken over the mean, including its initial value, did so when it was ready.
	untouched := n.mean == nil || n.mean.Initial == nil && n.mean.Make != nil
	if len(n.Mean) == 0 && n.adapted == nil && untouched {
		return errNotAdapted("Mean and Variance")
	}
	return nil
}

// Adapt computes the mean and the variance of x. In a model it takes effect immediately; the
// model must not be running.
func (n *Normalization) Adapt(x ...*tensor.Tensor) error { return adapt(n, x) }

func (n *Normalization) learner() (learner, error) {
	if len(n.Mean) > 0 {
		return nil, fmt.Errorf("Mean and Variance are set; there is nothing to learn")
	}
	return &normalizing{layer: n}, nil
}

// A normalizing is the state of an Adapt in progress.
type normalizing struct {
	layer *Normalization
	seen  *moments
}

func (l *normalizing) See(x *tensor.Tensor) error {
	data, err := tensor.As[float32](x)
	if err != nil {
		return err
	}
	axes, shape, err := l.layer.kept(x.Shape())
	if err != nil {
		return err
	}
	if l.seen == nil {
		l.seen = newMoments(shape)
	}
	if !l.seen.shape.Equal(shape) {
		return fmt.Errorf("the kept axes have extents %v, before %v", shape, l.seen.shape)
	}
	l.seen.add(data, x.Shape(), axes)
	return nil
}

func (l *normalizing) Finish() error {
	n := l.layer
	if l.seen.n == 0 {
		return fmt.Errorf("there are no samples")
	}
	for i, m := range l.seen.sum {
		if math.IsNaN(m) || math.IsInf(m, 0) {
			return fmt.Errorf("feature %d holds NaN or infinite values: remove or replace them", i)
		}
	}
	if n.mean != nil && !n.mean.Type.Shape.Equal(l.seen.shape) {
		return fmt.Errorf("the data has extents %v, the layer was made for %v", l.seen.shape, n.mean.Type.Shape)
	}
	n.adapted = l.seen
	if n.mean != nil {
		n.mean.Initial, n.mean.Make, n.mean.Storage = l.seen.mean(), nil, nil
		n.variance.Initial, n.variance.Make, n.variance.Storage = l.seen.variance(), nil, nil
	}
	return nil
}

// Transform returns the normalized x, as float32.
func (n *Normalization) Transform(x ...*tensor.Tensor) (*tensor.Tensor, error) {
	return transform(n, 1, x, func() (*tensor.Tensor, error) {
		if err := n.Check(); err != nil {
			return nil, err
		}
		axes, shape, err := n.kept(x[0].Shape())
		if err != nil {
			return nil, err
		}
		mean, variance, err := n.known(shape)
		if err != nil {
			return nil, err
		}
		in, err := tensor.As[float32](x[0])
		if err != nil {
			return nil, err
		}
		out := make([]float32, len(in))
		cell := cellsOf(x[0].Shape(), axes)
		for i, v := range in {
			c := cell(i)
			d := max(float32(math.Sqrt(float64(variance[c]))), epsilon)
			if n.Invert {
				out[i] = mean[c] + v*d
			} else {
				out[i] = (v - mean[c]) / d
			}
		}
		return tensor.Of(out, x[0].Shape()...), nil
	})
}

// known returns the mean and the variance on the host.
func (n *Normalization) known(shape graph.Shape) (mean, variance []float32, err error) {
	var m, v *tensor.Tensor
	switch {
	case len(n.Mean) > 0:
		m, v = given(n.Mean, shape), given(n.Variance, shape)
	case n.adapted != nil:
		m, v = n.adapted.mean(), n.adapted.variance()
	case n.mean != nil && n.mean.Initial != nil:
		m, v = n.mean.Initial, n.variance.Initial
	default:
		return nil, nil, errNotAdapted("Mean and Variance")
	}
	if !m.Shape().Equal(shape) {
		return nil, nil, fmt.Errorf("it was adapted to data with extents %v, this input has %v", m.Shape(), shape)
	}
	if mean, err = tensor.As[float32](m); err == nil {
		variance, err = tensor.As[float32](v)
	}
	return mean, variance, err
}
