// Package metrics measures the quality of predictions. A metric accumulates sums over batches in
// variables on the device, in the same run as the training step. Its result is computed from
// these sums on the host, in float64, when requested.
package metrics

import (
	"reflect"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// A Metric is a struct with the Keras arguments as fields. A custom metric has Update and Result
// and embeds [Options] for the other methods:
//
//	type Bias struct{ metrics.Options }
//
//	func (Bias) Update(s *metrics.State, b metrics.Batch) {
//		s.Add("error", ops.Sum(ops.Subtract(b.Pred, b.Y)))
//		s.Add("count", ops.Full(b.Pred, float64(b.Pred.Shape.Size())))
//	}
//	func (Bias) Result(sums [][]float64) *tensor.Tensor {
//		return metrics.Scalar(sums[0][0] / sums[1][0])
//	}
//
// For a mean over samples, use [Wrap].
type Metric interface {
	// Update adds a batch to the sums of s. Invalid arguments panic via graph.Errorf.
	Update(s *State, b Batch)
	// Result returns the metric, a scalar or a vector. sums are in the order in which Update
	// names them, and zero before the first batch.
	Result(sums [][]float64) *tensor.Tensor
	// Mode returns whether lower or higher values are better, or Auto if neither. Options returns
	// Auto.
	Mode() training.Mode
	// Settings returns the name. It is implemented by Options.
	Settings() Options
}

// A Batch holds the arrays of one batch.
type Batch struct {
	Y, Pred *graph.Node // targets and predictions
	Weight  *graph.Node // sample weights; nil for 1
	Mask    *graph.Node // the steps of Pred that count; nil for all
}

// Options are common to all metrics: the name in logs.
type Options struct {
	auto
	Name  string `keras:"name"`
	DType string `keras:"dtype" default:"float32"`
}

// Settings returns the options.
func (o Options) Settings() Options { return o }

// auto is embedded one level deeper than lower and higher, which override it.
type auto struct{}

// Mode returns Auto.
func (auto) Mode() training.Mode { return training.Auto }

var family = config.NewFamily[Metric]("metric", "keras.metrics")

// Parse returns the metric with the given Keras name, such as "accuracy" or "mae", with its
// defaults; it has that name in logs. For an unknown name the error suggests similar names.
func Parse(name string) (Metric, error) {
	m, err := family.Parse(name)
	if err != nil {
		return nil, err
	}
	return named(m, name), nil
}

// named returns m with the given name in logs.
func named(m Metric, name string) Metric {
	v := reflect.ValueOf(m)
	if v.Kind() != reflect.Struct {
		return m
	}
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	if f := c.FieldByName("Name"); f.IsValid() && f.CanSet() {
		f.SetString(name)
	}
	return c.Interface().(Metric)
}

// Register registers a custom metric for loading saved models, under the class name
// "package>Name". make returns a zero value whose fields have keras tags.
func Register(name string, make func() Metric) { family.Register(name, make) }

// NameOf returns the name of m in logs: its Name, or its class name in snake case, as in Keras.
func NameOf(m Metric) string {
	if n := m.Settings().Name; n != "" {
		return n
	}
	if n := config.NameOf(config.Filled(m)); n != "" {
		return n
	}
	return config.Snake(config.ClassOf(m))
}

// Check returns an error if an argument of m is invalid.
func Check(m Metric) error { return config.Validate(m) }

// Scalar returns v as a metric's result.
func Scalar(v float64) *tensor.Tensor { return tensor.Scalar(v) }

// Vector returns v as a metric's result.
func Vector(v []float64) *tensor.Tensor { return tensor.Of(v, len(v)) }

// scalarOrVector returns v as a scalar if it has one element, otherwise as a vector.
func scalarOrVector(v []float64) *tensor.Tensor {
	if len(v) == 1 {
		return Scalar(v[0])
	}
	return Vector(v)
}

// ratio returns a/b, or 0 if b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
