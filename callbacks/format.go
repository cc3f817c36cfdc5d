package callbacks

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// short formats a number for display: four decimal places, or four significant digits if it is
// small or large.
func short(v float64) string {
	if a := math.Abs(v); v == 0 || (a >= 1e-3 && a < 1e5) || math.IsNaN(v) || math.IsInf(v, 0) {
		return strconv.FormatFloat(v, 'f', 4, 64)
	}
	return strconv.FormatFloat(v, 'e', 3, 64)
}

// exact formats a number with the fewest digits that read back exactly, with an exponent where
// Python uses one.
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

// compact formats a number, such as a learning rate, with at most four significant digits.
func compact(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }

// thousands formats an integer with commas: 34,826.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// seconds formats a duration for display: 0s, 34µs, 0.4ms, 12ms, 0.9s, 75.0s, 3m20s, 2h05m.
func seconds(d time.Duration) string {
	switch {
	case d < time.Microsecond:
		return "0s"
	case d < 100*time.Microsecond:
		return fmt.Sprintf("%dµs", d.Microseconds())
	case d < 10*time.Millisecond:
		return strconv.FormatFloat(float64(d.Microseconds())/1e3, 'f', 1, 64) + "ms"
	case d < 100*time.Millisecond:
		return fmt.Sprintf("%dms", d.Milliseconds())
	case d < 100*time.Second:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + "s"
	case d < time.Hour:
		return fmt.Sprintf("%dm%02ds", d/time.Minute, d%time.Minute/time.Second)
	}
	return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
}
