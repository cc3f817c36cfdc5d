package training

import (
	"math"
	"slices"
)

// normalMAD is the median absolute value of a standard normal variable.
const normalMAD = .6745

// levels returns the running median: for each element, the median of the k values up to it.
func levels(s []float64, k int) []float64 {
	out := make([]float64, len(s))
	for i := range s {
		out[i] = median(s[max(0, i-k+1) : i+1])
	}
	return out
}

// drift returns the change over the last fifth of s: the median slope between all pairs of its
// points (Theil 1950, Sen 1968), times its length. For very long runs only the last points are
// used.
func drift(s []float64) float64 {
	fifth := max(len(s)/5, 1)
	tail := s[max(0, len(s)-1-min(max(fifth, 2), 200)):]
	var slopes []float64
	for i := range tail {
		for j := range i {
			slopes = append(slopes, (tail[i]-tail[j])/float64(i-j))
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	return median(slopes) * float64(fifth)
}

// kendall returns the statistic of the Mann-Kendall test for a trend in s (Mann 1945), which is
// approximately standard normal if there is no trend, whatever the distribution of the values.
func kendall(s []float64) float64 {
	if len(s) > 500 {
		s = s[len(s)-500:]
	}
	n, sum := float64(len(s)), 0.
	if n < 4 {
		return 0
	}
	for i := range s {
		for j := range i {
			switch {
			case s[i] > s[j]:
				sum++
			case s[i] < s[j]:
				sum--
			}
		}
	}
	return sum / math.Sqrt(n*(n-1)*(2*n+5)/18)
}

// noise estimates the standard deviation of s about its trend from the median size of the third
// differences, which a smooth trend hardly affects and whose variance is 20 times that of the
// noise; for short curves from the second differences, whose variance is 6 times that of the
// noise. It returns 0 for a monotone curve and for a short one that falls and then only rises.
func noise(s []float64) float64 {
	if monotone(s) {
		return 0
	}
	if low := argmin(s); len(s) < 6 && len(s)-low > 2 && monotone(s[:low+1]) && monotone(s[low:]) {
		return 0
	}
	var d []float64
	variance := 20.
	if len(s) < 6 {
		variance = 6
	}
	for i := 2; i < len(s); i++ {
		second := s[i] - 2*s[i-1] + s[i-2]
		switch {
		case variance == 6:
			d = append(d, math.Abs(second))
		case i > 2:
			d = append(d, math.Abs(second-(s[i-1]-2*s[i-2]+s[i-3])))
		}
	}
	return median(d) / normalMAD / math.Sqrt(variance)
}

func monotone(s []float64) bool {
	up, down := false, false
	for i := 1; i < len(s); i++ {
		up, down = up || s[i] > s[i-1], down || s[i] < s[i-1]
	}
	return !up || !down
}

func argmin(s []float64) int {
	k := 0
	for i, v := range s {
		if v < s[k] {
			k = i
		}
	}
	return k
}

func median(s []float64) float64 {
	s = slices.Sorted(slices.Values(s))
	n := len(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}
