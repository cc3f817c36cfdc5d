package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// A Scaler maps each feature, an index of the last axis, to y = (x - Offset) / Scale. Fit one on
// the training data alone with [Standard] or [MinMax], then apply it to all data. Its fields can
// be saved as JSON with the model.
type Scaler struct {
	Offset []float64 `json:"offset"`
	Scale  []float64 `json:"scale"`
}

// Standard fits a Scaler that gives every feature mean 0 and variance 1. A constant feature
// becomes 0.
type Standard struct{}

// Fit computes the scaler for x, of shape (samples, …, features) or (samples,).
func (Standard) Fit(x *tensor.Tensor) (*Scaler, error) {
	x, n, err := features(x)
	if err != nil {
		return nil, err
	}
	s := &Scaler{make([]float64, n), make([]float64, n)}
	count := float64(x.Len() / n)
	numbers(x, func(i int, v float64) bool { s.Offset[i%n] += v; return true })
	for j := range s.Offset {
		s.Offset[j] /= count
	}
	numbers(x, func(i int, v float64) bool {
		d := v - s.Offset[i%n]
		s.Scale[i%n] += d * d
		return true
	})
	for j, sum := range s.Scale {
		s.Scale[j] = math.Sqrt(sum / count)
		// The mean of a constant may have a rounding error, which is not a spread to divide by.
		if s.Scale[j] <= 1e-12*math.Abs(s.Offset[j]) {
			s.Scale[j] = 1
		}
	}
	return s, nil
}

// MinMax fits a Scaler that maps the minimum of each feature to Low and its maximum to High; if
// both are 0, they mean 0 and 1. A constant feature becomes Low.
type MinMax struct{ Low, High float64 }

// Fit computes the scaler for x, of shape (samples, …, features) or (samples,).
func (m MinMax) Fit(x *tensor.Tensor) (*Scaler, error) {
	if m == (MinMax{}) {
		m.High = 1
	}
	if !(m.High > m.Low) {
		return nil, fmt.Errorf("datasets: min-max: low %v is not under high %v", m.Low, m.High)
	}
	x, n, err := features(x)
	if err != nil {
		return nil, err
	}
	low, high := spans(x, n)
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

// features returns x as numbers, and the number of features; all values must be finite.
func features(x *tensor.Tensor) (_ *tensor.Tensor, n int, err error) {
	if x, err = numeric(x); err != nil {
		return nil, 0, fmt.Errorf("datasets: fit a scaler: %w", err)
	}
	if x.Len() == 0 || x.Rank() == 0 {
		return nil, 0, fmt.Errorf("datasets: fit a scaler: no samples in shape %v", x.Shape())
	}
	n = featureCount(x)
	numbers(x, func(i int, v float64) bool {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			err = fmt.Errorf("datasets: fit a scaler: %v in sample %d, feature %d", v, i/(x.Len()/x.Shape()[0]), i%n)
		}
		return err == nil
	})
	return x, n, err
}

// spans returns the minimum and maximum of each of n columns.
func spans(x *tensor.Tensor, n int) (low, high []float64) {
	low, high = make([]float64, n), make([]float64, n)
	switch d := x.Data().(type) {
	case []float32:
		span(d, low, high)
	case []float64:
		span(d, low, high)
	case []uint8:
		span(d, low, high)
	case []int32:
		span(d, low, high)
	case []int64:
		span(d, low, high)
	case []uint16:
		wide, _ := tensor.As[float32](x)
		span(wide, low, high)
	}
	return low, high
}

// span implements spans for one element type without a call per element, since every Fit scans
// all its data.
func span[T number](d []T, low, high []float64) {
	n := len(low)
	if n == 0 || len(d) < n {
		return
	}
	lo, hi := slices.Clone(d[:n]), slices.Clone(d[:n])
	for ; len(d) >= n; d = d[n:] {
		row, lo, hi := d[:n], lo[:n], hi[:n]
		for j, v := range row {
			lo[j], hi[j] = min(lo[j], v), max(hi[j], v)
		}
	}
	for j := range lo {
		low[j], high[j] = float64(lo[j]), float64(hi[j])
	}
}

func featureCount(x *tensor.Tensor) int {
	if x.Rank() < 2 {
		return 1
	}
	return x.Shape()[x.Rank()-1]
}

// Apply returns (x - Offset) / Scale, as Float64 if x is Float64, otherwise as Float32.
func (s *Scaler) Apply(x *tensor.Tensor) *tensor.Tensor {
	return s.each(x, func(f float64, j int) float64 { return (f - s.Offset[j]) / s.Scale[j] })
}

// Invert undoes Apply.
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

// Rescaling maps every number to y = x·Scale + Offset, like the Keras layer; Scale 1.0/255 maps
// bytes to 0…1. Scale and Offset each have one number, or one per feature of the last axis.
type Rescaling struct {
	Scale  []float64 // nil: 1
	Offset []float64 // nil: 0
}

// Apply returns x·Scale + Offset, as Float64 if x is Float64, otherwise as Float32.
func (r Rescaling) Apply(x *tensor.Tensor) *tensor.Tensor {
	scale, offset := orDefault(r.Scale, 1), orDefault(r.Offset, 0)
	for _, v := range [][]float64{scale, offset} {
		if x.Err() == nil && len(v) != 1 && len(v) != featureCount(x) {
			return tensor.Broken(fmt.Errorf("datasets: rescaling by %v: want one number, or one for each of the %d features of shape %v", v, featureCount(x), x.Shape()))
		}
	}
	if len(scale) == 1 && len(offset) == 1 {
		a, b := scale[0], offset[0]
		return mapped(x, func(v float64, _ int) float64 { return v*a + b })
	}
	return mapped(x, func(v float64, i int) float64 { return v*scale[i%len(scale)] + offset[i%len(offset)] })
}

// orDefault returns v, or the single number d if v is nil.
func orDefault(v []float64, d float64) []float64 {
	if v == nil {
		return []float64{d}
	}
	return v
}

// mapped applies f to each element and its flat index.
func mapped(x *tensor.Tensor, f func(v float64, i int) float64) *tensor.Tensor {
	x, err := numeric(x)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: %w", err))
	}
	out := tensor.New(tensor.Float32, x.Shape()...)
	if x.DType() == tensor.Float64 {
		out = tensor.New(tensor.Float64, x.Shape()...)
	}
	if wide, ok := tensor.Data[float64](out); ok {
		numbers(x, func(i int, v float64) bool { wide[i] = f(v, i); return true })
	}
	if narrow, ok := tensor.Data[float32](out); ok {
		numbers(x, func(i int, v float64) bool { narrow[i] = float32(f(v, i)); return true })
	}
	return out
}

// numeric returns x if [numbers] can read it, and bools as bytes; strings are an error.
func numeric(x *tensor.Tensor) (*tensor.Tensor, error) {
	switch x.DType() {
	case tensor.Bool:
		x = x.Convert(tensor.Uint8)
	case tensor.String:
		x = x.Convert(tensor.Float32) // explains why it is impossible
	}
	return x, x.Err()
}

// Normalize divides the vectors along an axis (negative: from the last) by their norm of the
// given order (2 if 0; 1 sums absolute values, +Inf takes the largest), like
// keras.utils.normalize. A zero vector stays zero.
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
	x, err := numeric(x)
	if err != nil {
		return tensor.Broken(fmt.Errorf("datasets: normalize: %w", err))
	}
	inner, n := x.Shape()[axis+1:].Size(), x.Shape()[axis]
	norm := make([]float64, x.Len()/max(n, 1))
	slot := func(i int) int { return i/(inner*n)*inner + i%inner }
	numbers(x, func(i int, v float64) bool {
		if a := math.Abs(v); math.IsInf(order, 1) {
			norm[slot(i)] = max(norm[slot(i)], a)
		} else {
			norm[slot(i)] += math.Pow(a, order)
		}
		return true
	})
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
