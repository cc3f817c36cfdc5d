package callbacks

import (
	"fmt"
	"math"
	"strconv"
)

// short writes a number for people: four places after the point, four digits if it is small
// or large.
func short(v float64) string {
	if a := math.Abs(v); v == 0 || (a >= 1e-3 && a < 1e5) || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	return strconv.FormatFloat(v, 'e', 3, 64)
}

// exact writes the shortest number that reads back the same, with an exponent where Python
// writes one.
func exact(v float64) string {
	switch a := math.Abs(v); {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return map[bool]string{true: "inf", false: "-inf"}[v > 0]
	case v != 0 && (a < 1e-4 || a >= 1e16):
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
