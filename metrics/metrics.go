// Package metrics measures how good predictions are. A metric adds up what it needs of each
// batch in variables that live on the device, in the same run as the training step; its
// result is worked out of those few sums, in float64 on the host, when it is asked for.
package metrics

import (
	"reflect"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/tensor"
	"github.com/rhyton/rhyton/training"
)

// A Metric is a struct with Keras' arguments. One's own needs Update and Result, and embeds
// [Options] for the rest:
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
// A mean over samples needs less: see [Wrap].
type Metric interface {
	// Update adds a batch to the sums of s. Misuse panics by graph.Errorf.
	Update(s *State, b Batch)
	// Result returns the metric, a scalar or a vector, given the sums in the order in which
	// Update names them, zeros before the first batch.
	Result(sums [][]float64) *tensor.Tensor
	// Mode says whether less or more is better, Auto if neither. Options says Auto.
	Mode() training.Mode
	// Settings returns the name. Options has it.
	Settings() Options
}

// A Batch is what a metric sees of one.
type Batch struct {
	Y, Pred *graph.Node // targets and predictions
	Weight  *graph.Node // of the samples; nil for 1
	Mask    *graph.Node // which steps of Pred count; nil for all
}

// Options are what all metrics have: the name in logs.
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

// Parse returns the metric that Keras calls name, such as "accuracy" or "mae", with its
// defaults; the name is what it is called in logs. An unknown name is an error that tells
// the nearest ones.
func Parse(name string) (Metric, error) {
	m, err := family.Parse(name)
	if err != nil {
		return nil, err
	}
	return named(m, name), nil
}

// named returns m with a name in logs.
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

// Register makes a metric of one's own known to saved models, as a class "package>Name" of
// which make returns a zero value with Keras tags on its fields.
func Register(name string, make func() Metric) { family.Register(name, make) }

// NameOf returns what m is called in logs: its Name, or its class in Keras' spelling.
func NameOf(m Metric) string {
	if n := m.Settings().Name; n != "" {
		return n
	}
	if n := config.NameOf(config.Filled(m)); n != "" {
		return n
	}
	return config.Snake(config.ClassOf(m))
}

// Check reports what is wrong with m's arguments, nil if nothing.
func Check(m Metric) error { return config.Validate(m) }

// Scalar returns v as a metric's result.
func Scalar(v float64) *tensor.Tensor { return tensor.Scalar(v) }

// Vector returns v as a metric's result.
func Vector(v []float64) *tensor.Tensor { return tensor.Of(v, len(v)) }

// scalarOrVector returns v, a scalar if it has one element.
func scalarOrVector(v []float64) *tensor.Tensor {
	if len(v) == 1 {
		return Scalar(v[0])
	}
	return Vector(v)
}

// ratio returns a/b, 0 where b is 0.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
