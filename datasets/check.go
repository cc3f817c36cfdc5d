package datasets

import (
	"fmt"
	"math"
	"slices"

	"github.com/rhyton/rhyton/tensor"
)

// A Target describes the values that an output of a model expects in its y.
type Target struct {
	Classes int  // y holds class labels 0 to Classes-1; 0: it does not hold labels
	Unit    bool // values must be in 0…1, as for binary cross-entropy
}

// Checks examines data before the first training step. The zero value makes all checks that need
// no information about the model.
type Checks struct {
	Targets        []Target // one per output of the model; may be nil
	AllowNonFinite bool
	Features       []string // names of the columns of x
}

// Of returns the problems in the training data and, if not nil, the validation data, fatal
// findings first. It does not modify the data.
func (c Checks) Of(train, validation *Arrays) []Finding {
	var found []Finding
	for _, set := range []struct {
		prefix string
		a      *Arrays
	}{{"", train}, {"validation ", validation}} {
		if set.a == nil {
			continue
		}
		if err := set.a.Err(); err != nil {
			return []Finding{Unusable{Err: fmt.Errorf("%s%w", set.prefix, err)}}
		}
		for name, t := range set.a.each() {
			if f := c.nonFinite(set.prefix+name, t); f != nil {
				found = append(found, f)
			}
		}
		found = append(found, c.targets(set.prefix, set.a)...)
		found = append(found, checkWeights(set.prefix, set.a)...)
	}
	if train != nil {
		for i, t := range train.X {
			found = append(found, c.columns(numbered("x", i, len(train.X)), t)...)
		}
		for i, t := range train.Y {
			if i < len(c.Targets) && c.Targets[i].Classes > 1 {
				found = append(found, imbalance(numbered("y", i, len(train.Y)), t, c.Targets[i].Classes)...)
			}
		}
	}
	if train != nil && validation != nil {
		if n := overlap(train.X, validation.X); n > 0 {
			found = append(found, Overlap{Rows: n, Of: validation.Len()})
		}
	}
	slices.SortStableFunc(found, func(a, b Finding) int { return order(b) - order(a) })
	return found
}

// Batch returns findings in one batch of a stream that are fatal for any model: values that are
// not finite and invalid weights.
func (c Checks) Batch(b *Batch) (found []Finding) {
	a := &Arrays{X: b.X, Y: b.Y, Weights: b.Weights}
	for name, t := range a.each() {
		if f := c.nonFinite(name, t); f != nil {
			found = append(found, f)
		}
	}
	return append(found, checkWeights("", a)...)
}

func order(f Finding) int {
	if f.Fatal() {
		return 1
	}
	return 0
}

func numbered(name string, i, n int) string {
	if n > 1 {
		return fmt.Sprintf("%s[%d]", name, i)
	}
	return name
}

func (c Checks) nonFinite(name string, t *tensor.Tensor) Finding {
	if c.AllowNonFinite || !t.DType().IsFloat() || t.Len() == 0 || t.Finite() {
		return nil
	}
	var f NonFinite
	numbers(t, func(i int, v float64) bool {
		if math.Abs(v) <= math.MaxFloat32 {
			return true
		}
		if f.Count++; f.Count == 1 {
			w := t.Len() / t.Shape()[0]
			f.Array, f.Row, f.Column, f.Value = name, i/w, i%w, v
		}
		return true
	})
	if f.Count == 0 {
		return nil
	}
	return f
}

func (c Checks) targets(prefix string, a *Arrays) (found []Finding) {
	for i, t := range a.Y {
		if i >= len(c.Targets) {
			break
		}
		name, want := prefix+numbered("y", i, len(a.Y)), c.Targets[i]
		w := max(t.Len()/max(t.Shape()[0], 1), 1)
		low, high, bad := math.Inf(1), math.Inf(-1), -1
		var value float64
		numbers(t, func(i int, v float64) bool {
			low, high = min(low, v), max(high, v)
			ok := want.Classes == 0 || v == math.Trunc(v) && v >= 0 && v < float64(want.Classes)
			ok = ok && (!want.Unit || v >= 0 && v <= 1)
			if !ok && bad < 0 {
				bad, value = i/w, v
			}
			return true
		})
		switch {
		case bad < 0:
		case want.Classes > 0:
			found = append(found, BadLabel{Array: name, Row: bad, Label: value, Classes: want.Classes, Low: low, High: high})
		default:
			found = append(found, OutsideUnit{Array: name, Row: bad, Value: value})
		}
	}
	return found
}

func checkWeights(prefix string, a *Arrays) (found []Finding) {
	for i, t := range a.Weights {
		name, sum, bad := prefix+numbered("weights", i, len(a.Weights)), 0.0, false
		numbers(t, func(k int, v float64) bool {
			sum += v
			if bad = !(v >= 0) || math.IsInf(v, 0); bad {
				found = append(found, BadWeight{Array: name, Row: k, Value: v})
			}
			return !bad
		})
		if !bad && sum == 0 && t.Len() > 0 {
			found = append(found, BadWeight{Array: name, AllZero: true})
		}
	}
	return found
}

// columns reports constant columns of tables, and large magnitudes in tables and images, for floats
// and Uint8; other integers may be token numbers, which need no scaling.
func (c Checks) columns(name string, t *tensor.Tensor) (found []Finding) {
	if t.Rank() < 2 || t.Len() == 0 || !(t.DType().IsFloat() || t.DType() == tensor.Uint8) {
		return nil
	}
	w := t.Len() / t.Shape()[0]
	low, high := spans(t, w)
	constant, unscaled := Constant{Array: name}, Unscaled{Array: name}
	for j := range w {
		if low[j] == high[j] && t.Rank() == 2 && t.Shape()[0] > 1 {
			constant.Columns = append(constant.Columns, c.column(j))
		}
		if largest := max(-low[j], high[j]); largest > unscaledFrom {
			unscaled.Columns = append(unscaled.Columns, c.column(j))
			unscaled.Largest = max(unscaled.Largest, largest)
		}
	}
	if t.Rank() > 2 {
		unscaled.Columns = nil
	}
	if constant.Columns != nil {
		found = append(found, constant)
	}
	if unscaled.Largest > 0 {
		found = append(found, unscaled)
	}
	return found
}

// unscaledFrom is the magnitude above which a feature is reported as unscaled.
const unscaledFrom = 100

func (c Checks) column(j int) string {
	if j < len(c.Features) {
		return c.Features[j]
	}
	return fmt.Sprint(j)
}

// rare is the ratio of the most common to the rarest class at which classes count as imbalanced.
const rare = 10

func imbalance(name string, t *tensor.Tensor, classes int) []Finding {
	count := make([]int, classes)
	bad := false
	numbers(t, func(_ int, v float64) bool {
		if bad = !(v >= 0 && v < float64(classes)); !bad {
			count[int(v)]++
		}
		return !bad
	})
	if bad { // this is a separate finding
		return nil
	}
	few, many := 0, 0
	for c, n := range count {
		if n < count[few] {
			few = c
		}
		if n > count[many] {
			many = c
		}
	}
	if count[many] < rare*count[few] || count[many] == 0 {
		return nil
	}
	return []Finding{Imbalance{Array: name, Rarest: few, Fewest: count[few], Commonest: many, Most: count[many]}}
}
