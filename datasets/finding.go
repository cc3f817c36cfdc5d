package datasets

import (
	"fmt"
	"math"
	"strings"
)

// A Finding is a problem found by [Checks]. A fatal one makes training pointless; the others are
// warnings. String describes it in one line, with a remedy.
type Finding interface {
	Fatal() bool
	String() string
}

// Unusable reports arrays that do not form a data set.
type Unusable struct{ Err error }

// NonFinite reports values that are NaN, infinite, or outside the range of float32; Row and
// Column are those of the first.
type NonFinite struct {
	Array       string
	Row, Column int
	Value       float64
	Count       int
}

// BadLabel reports a class label for which the model has no output; Row is the first such sample.
type BadLabel struct {
	Array     string
	Row       int
	Label     float64
	Classes   int
	Low, High float64 // of all labels
}

// OutsideUnit reports a target outside 0…1 where probabilities are expected.
type OutsideUnit struct {
	Array string
	Row   int
	Value float64
}

// BadWeight reports a sample weight that is negative or not finite, or that all weights are 0.
type BadWeight struct {
	Array   string
	Row     int
	Value   float64
	AllZero bool
}

// Constant reports features that have the same value in all samples and so carry no information.
type Constant struct {
	Array   string
	Columns []string
}

// Unscaled reports features with magnitudes over 100, which make training slow or unstable.
// Columns is nil if x is not a table.
type Unscaled struct {
	Array   string
	Columns []string
	Largest float64
}

// Overlap reports validation samples that also occur in the training data, which makes validation
// results too optimistic.
type Overlap struct{ Rows, Of int }

// Imbalance reports classes of which one has at least 10 times as many samples as another.
type Imbalance struct {
	Array           string
	Rarest, Fewest  int
	Commonest, Most int
}

func (Unusable) Fatal() bool    { return true }
func (NonFinite) Fatal() bool   { return true }
func (BadLabel) Fatal() bool    { return true }
func (OutsideUnit) Fatal() bool { return true }
func (BadWeight) Fatal() bool   { return true }
func (Constant) Fatal() bool    { return false }
func (Unscaled) Fatal() bool    { return false }
func (Overlap) Fatal() bool     { return false }
func (Imbalance) Fatal() bool   { return false }

func (f Unusable) String() string { return f.Err.Error() }

func (f NonFinite) String() string {
	what := fmt.Sprint(f.Value)
	if !math.IsNaN(f.Value) && !math.IsInf(f.Value, 0) {
		what += " (too large for float32)"
	}
	more := ""
	if f.Count > 1 {
		more = fmt.Sprintf(", and %d more such values", f.Count-1)
	}
	return fmt.Sprintf("%s: %s in sample %d, feature %d%s; fix: correct or remove such samples, or set AllowNonFinite", f.Array, what, f.Row, f.Column, more)
}

func (f BadLabel) String() string {
	text := fmt.Sprintf("%s: label %v in row %d: want an integer in 0..%d (%d classes); labels seen: %v..%v",
		f.Array, f.Label, f.Row, f.Classes-1, f.Classes, f.Low, f.High)
	switch {
	case f.Label != math.Trunc(f.Label) || math.IsInf(f.Label, 0):
		return text
	case f.High-f.Low < float64(f.Classes) && f.Low > 0:
		return text + fmt.Sprintf("; fix: subtract %v", f.Low)
	case f.Low < 0:
		return text + "; fix: number the classes from 0"
	}
	return text + fmt.Sprintf("; fix: use %v outputs", f.High+1)
}

func (f OutsideUnit) String() string {
	return fmt.Sprintf("%s: %v in row %d: want values in 0..1 for a loss of probabilities; fix: map the targets to 0..1, or use another loss", f.Array, f.Value, f.Row)
}

func (f BadWeight) String() string {
	if f.AllZero {
		return f.Array + ": all sample weights are 0, so nothing would be learned"
	}
	return fmt.Sprintf("%s: %v for sample %d: want finite weights of 0 or more", f.Array, f.Value, f.Row)
}

func (f Constant) String() string {
	return fmt.Sprintf("%s: constant features: %s; fix: leave them out", f.Array, listed(f.Columns))
}

func (f Unscaled) String() string {
	where := ""
	if f.Columns != nil {
		where = " in features " + listed(f.Columns)
	}
	return fmt.Sprintf("%s: values up to %.4g%s; fix: scale them first, as datasets.Standard or datasets.Rescaling does", f.Array, f.Largest, where)
}

func (f Overlap) String() string {
	return fmt.Sprintf("%d of %d validation rows also occur in train; fix: drop doubles before splitting", f.Rows, f.Of)
}

func (f Imbalance) String() string {
	if f.Fewest == 0 {
		return fmt.Sprintf("%s: class %d has no samples, so it can't be learned; fix: stratify the split, or use fewer outputs", f.Array, f.Rarest)
	}
	return fmt.Sprintf("%s: class %d has %d samples, class %d has %d; fix: weight the classes, as datasets.ClassWeights computes", f.Array, f.Rarest, f.Fewest, f.Commonest, f.Most)
}

func listed(names []string) string {
	const shown = 5
	if len(names) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
	}
	return strings.Join(names, ", ")
}
