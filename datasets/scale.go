package datasets

import (
	"fmt"
	"math"

	"github.com/rhyton/rhyton/tensor"
)

// A Scaler maps each feature, an index of the last axis, by y = (x - Offset) / Scale. Fit one on
// the training data alone, then apply it to all data: [Standard], [MinMax]. Its fields can be
// saved as JSON beside the model.
type Scaler struct {
	Offset []float64 `json:"offset"`
	Scale  []float64 `json:"scale"`
}

// Standard fits a Scaler that gives every feature mean 0 and variance 1. A constant feature
// becomes 0.
type Standard struct{}

// Fit learns the features of x, of shape (samples, …, features) or (samples,).
func (Standard) Fit(x *tensor.Tensor) (*Scaler, error) {
	v, n, err := features(x)
	if err != nil {
		return nil, err
	}
	s := &Scaler{make([]float64, n), make([]float64, n)}
	count := float64(len(v) / n)
	for i, f := range v {
		s.Offset[i%n] += f
	}
	for j := range s.Offset {
		s.Offset[j] /= count
	}
	for i, f := range v {
		d := f - s.Offset[i%n]
		s.Scale[i%n] += d * d
	}
	for j, sum := range s.Scale {
		s.Scale[j] = math.Sqrt(sum / count)
		// A constant's mean may be off by a rounding: that is no spread to divide by.
		if s.Scale[j] <= 1e-12*math.Abs(s.Offset[j]) {
			s.Scale[j] = 1
		}
	}
	return s, nil
}

// MinMax fits a Scaler that maps each feature's smallest value to Low and its largest to High;
// both 0 stand for 0 and 1. A constant feature becomes Low.
type MinMax struct{ Low, High float64 }

// Fit learns the features of x, of shape (samples, …, features) or (samples,).
func (m MinMax) Fit(x *tensor.Tensor) (*Scaler, error) {
	if m == (MinMax{}) {
		m.High = 1
	}
	if !(m.High > m.Low) {
		return nil, fmt.Errorf("datasets: min-max: low %v is not under high %v", m.Low, m.High)
	}
	v, n, err := features(x)
	if err != nil {
		return nil, err
	}
	low, high := append([]float64{}, v[:n]...), append([]float64{}, v[:n]...)
	for i, f := range v {
		low[i%n], high[i%n] = min(low[i%n], f), max(high[i%n], f)
	}
	s := &Scaler{make([]float64, n), make([]float64, n)}
	for j := range low {
		s.Scale[j] = (high[j] - low[j]) / (m.High - m.Low)
		if s.Scale[j] == 0 {
			s.Scale[j] = 1
		}
		s.Offset[j] = low[j] - m.Low*s.Scale[j]
	}
	return s, nil
}

// features returns x's numbers and how many features they are of; all must be finite.
func features(x *tensor.Tensor) (v []float64, n int, err error) {
	if v, err = tensor.As[float64](x); err != nil {
		return nil, 0, fmt.Errorf("datasets: fit a scaler: %w", err)
	}
	if len(v) == 0 || x.Rank() == 0 {
		return nil, 0, fmt.Errorf("datasets: fit a scaler: no samples in shape %v", x.Shape())
	}
	n = featureCount(x)
	for i, f := range v {
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, 0, fmt.Errorf("datasets: fit a scaler: %v in sample %d, feature %d", f, i/(len(v)/x.Shape()[0]), i%n)
		}
	}
	return v, n, nil
}

func featureCount(x *tensor.Tensor) int {
	if x.Rank() < 2 {
		return 1
	}
	return x.Shape()[x.Rank()-1]
}

// Apply returns (x - Offset) / Scale: as Float64 where x is, else as Float32.
func (s *Scaler) Apply(x *tensor.Tensor) *tensor.Tensor {
	return s.each(x, func(f float64, j int) float64 { return (f - s.Offset[j]) / s.Scale[j] })
}

// Invert returns what Apply made y of.
func (s *Scaler) Invert(y *tensor.Tensor) *tensor.Tensor {
	return s.each(y, func(f float64, j int) float64 { return f*s.Scale[j] + s.Offset[j] })
}

func (s *Scaler) each(x *tensor.Tensor, f func(f float64, j int) float64) *tensor.Tensor {
	n := len(s.Offset)
	if x.Err() == nil && (featureCount(x) != n || len(s.Scale) != n) {
		return tensor.Broken(fmt.Errorf("datasets: scaler of %d features, the array of shape %v has %d", n, x.Shape(), featureCount(x)))
	}
	return mapped(x, func(v float64, i int) float64 { return f(v, i%n) })
}

// Rescaling maps every number by y = x·Scale + Offset, as Keras' layer of that name; Scale
// 1.0/255 brings bytes to 0…1.
type Rescaling struct {
	Scale  float64
	Offset float64
}

// Apply returns x·Scale + Offset: as Float64 where x is, else as Float32.
func (r Rescaling) Apply(x *tensor.Tensor) *tensor.Tensor {
	return mapped(x, func(v float64, _ int) float64 { return v*r.Scale + r.Offset })
}

// mapped returns f of each element and its flat position.
func mapped(x *tensor.Tensor, f func(v float64, i int) float64) *tensor.Tensor {
	out := tensor.Float32
	if x.DType() == tensor.Float64 {
		out = tensor.Float64
	}
	v, err := tensor.As[float64](x)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: %w", err))
	}
	y := make([]float64, len(v))
	for i, e := range v {
		y[i] = f(e, i)
	}
	return tensor.Of(y, x.Shape()...).Convert(out)
}

// Normalize divides the vectors along an axis (negative: from the last) by their norm of that
// order (2 if 0; 1 sums magnitudes, +Inf takes the largest); a zero vector stays. As
// keras.utils.normalize.
func Normalize(x *tensor.Tensor, axis int, order float64) *tensor.Tensor {
	if order == 0 {
		order = 2
	}
	if axis < 0 {
		axis += x.Rank()
	}
	if x.Err() == nil && (axis < 0 || axis >= x.Rank() || order < 1) {
		return tensor.Broken(fmt.Errorf("datasets: normalize: axis %d and order %v of an array of shape %v; want an axis it has and an order of 1 or more", axis, order, x.Shape()))
	}
	v, err := tensor.As[float64](x)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: normalize: %w", err))
	}
	inner, n := x.Shape()[axis+1:].Size(), x.Shape()[axis]
	norm := make([]float64, len(v)/max(n, 1))
	slot := func(i int) int { return i/(inner*n)*inner + i%inner }
	for i, e := range v {
		if a := math.Abs(e); math.IsInf(order, 1) {
			norm[slot(i)] = max(norm[slot(i)], a)
		} else {
			norm[slot(i)] += math.Pow(a, order)
		}
	}
	for k, s := range norm {
		if !math.IsInf(order, 1) {
			norm[k] = math.Pow(s, 1/order)
		}
		if s == 0 {
			norm[k] = 1
		}
	}
	return mapped(x, func(v float64, i int) float64 { return v / norm[slot(i)] })
}
