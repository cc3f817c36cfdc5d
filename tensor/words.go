package tensor

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/internal/half"
)

// words returns a function that formats t's elements in columns of one width, chosen by the
// printed elements.
func words(t *Tensor, shown []int, digits int) func(i int) string {
	switch d := t.data.(type) {
	case []bool:
		return func(i int) string {
			if d[i] {
				return " True"
			}
			return "False"
		}
	case []string:
		return func(i int) string { return strconv.Quote(d[i]) }
	case []uint8:
		return integers(d, shown)
	case []int32:
		return integers(d, shown)
	case []int64:
		return integers(d, shown)
	case []float64:
		return floats(func(i int) float64 { return d[i] }, Float64, t.Rank() == 0, shown, digits)
	case []float32:
		return floats(func(i int) float64 { return float64(d[i]) }, Float32, t.Rank() == 0, shown, digits)
	}
	bits, widen := t.data.([]uint16), half.FromFloat16
	if t.dtype == BFloat16 {
		widen = half.FromBFloat16
	}
	return floats(func(i int) float64 { return float64(widen(bits[i])) }, t.dtype, t.Rank() == 0, shown, digits)
}

func integers[T uint8 | int32 | int64](d []T, shown []int) func(i int) string {
	width := 0
	for _, i := range shown {
		width = max(width, len(strconv.FormatInt(int64(d[i]), 10)))
	}
	return func(i int) string { return fmt.Sprintf("%*d", width, d[i]) }
}

// A column is the layout of floats printed together, as in NumPy's FloatingFormat.
type column struct {
	dtype       DType
	digits      int  // at most, after the point
	exp         bool // as 1.5e+03
	left, right int  // width before and after the point
	expDigits   int
}

func floats(at func(i int) float64, dtype DType, alone bool, shown []int, digits int) func(i int) string {
	c := column{dtype: dtype, digits: digits}
	if alone {
		return func(i int) string { return c.alone(at(i)) }
	}
	c.exp = scientific(at, dtype, shown)
	nonFinite, fraction := 0, 0
	for _, i := range shown {
		v := at(i)
		if math.IsNaN(v) || math.IsInf(v, 0) {
			nonFinite = max(nonFinite, len(notFinite(v)))
			continue
		}
		whole, frac, exp := c.parts(v)
		c.left = max(c.left, len(whole))
		fraction = max(fraction, len(frac))
		c.expDigits = max(c.expDigits, len(exp))
	}
	c.right = fraction
	if c.exp {
		c.digits, c.right = fraction, fraction+c.expDigits
	}
	c.left = max(c.left, nonFinite-c.right-1)
	return func(i int) string { return c.word(at(i)) }
}

// scientific reports whether the magnitudes need exponents: from 1e8 (or the precision of a
// shorter type), below 1e-4, or if they differ by a factor of more than 1000.
func scientific(at func(i int) float64, dtype DType, shown []int) bool {
	low, high := math.Inf(1), 0.0
	for _, i := range shown {
		if v := math.Abs(at(i)); v > 0 && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	limit := 1e8
	switch dtype {
	case Float32:
		limit = 1e6
	case Float16:
		limit = 1e3
	case BFloat16:
		limit = 1e2
	}
	return high > 0 && (high >= limit || low < 1e-4 || high/low > 1000)
}

func notFinite(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case v < 0:
		return "-inf"
	}
	return "inf"
}

// parts splits v's shortest decimal of at most c.digits digits after the point.
func (c column) parts(v float64) (whole, frac, exp string) {
	verb := byte('f')
	if c.exp {
		verb = 'e'
	}
	s := shortest(v, verb, c.dtype)
	if s, exp, _ = strings.Cut(s, "e"); len(s)-strings.IndexByte(s+".", '.')-1 > c.digits {
		s, exp, _ = strings.Cut(strconv.FormatFloat(v, verb, c.digits, 64), "e")
	}
	whole, frac, _ = strings.Cut(s, ".")
	if exp != "" {
		exp = "e" + exp
	}
	return whole, strings.TrimRight(frac, "0"), exp
}

func (c column) word(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Sprintf("%*s", c.left+c.right+1, notFinite(v))
	}
	if !c.exp {
		whole, frac, _ := c.parts(v)
		return fmt.Sprintf("%*s.%-*s", c.left, whole, c.right, frac)
	}
	// All values get the number of digits that the longest needs, and exponents of one width.
	s, exp, _ := strings.Cut(strconv.FormatFloat(v, 'e', c.digits, 64), "e")
	whole, frac, _ := strings.Cut(s, ".")
	exp = exp[:1] + strings.Repeat("0", max(0, c.expDigits-1-len(exp))) + exp[1:]
	return fmt.Sprintf("%*s.%se%s", c.left, whole, frac, exp)
}

// alone writes a scalar as NumPy's str does: all digits, exponents under 1e-4 and from 1e16.
func (c column) alone(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return notFinite(v)
	}
	if a := math.Abs(v); a > 0 && (a < 1e-4 || a >= 1e16) {
		return shortest(v, 'e', c.dtype)
	}
	s := shortest(v, 'f', c.dtype)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// shortest returns the fewest digits that distinguish v from dtype's other values.
func shortest(v float64, verb byte, dtype DType) string {
	switch dtype {
	case Float64:
		return strconv.FormatFloat(v, verb, -1, 64)
	case Float32:
		return strconv.FormatFloat(v, verb, -1, 32)
	}
	round := func(f float64) float32 { return half.FromFloat16(half.ToFloat16(roundOdd(f))) }
	if dtype == BFloat16 {
		round = func(f float64) float32 { return half.FromBFloat16(half.ToBFloat16(roundOdd(f))) }
	}
	for digits := 0; ; digits++ {
		s := strconv.FormatFloat(v, 'e', digits, 64)
		if f, _ := strconv.ParseFloat(s, 64); float64(round(f)) == v || digits == 20 {
			return strconv.FormatFloat(f, verb, -1, 64)
		}
	}
}
