// Package quantiles summarizes the distribution of values, as Keras' Discretization does.
package quantiles

import (
	"math"
	"slices"
	"sort"
)

// A Summary approximates the distribution of values: values in ascending order, each representing
// a weight of values up to it. It is the summary of Keras' Discretization and computes in float32
// where Keras does, so that the boundaries are the same.
type Summary []Weighted

// A Weighted value represents values up to it.
type Weighted struct{ Value, Weight float32 }

// Summarize returns a summary of values that is accurate to the fraction epsilon of them.
func Summarize(values []float32, epsilon float64) Summary {
	values = slices.Clone(values)
	slices.Sort(values)
	step := max(float64(len(values))/(1/epsilon), 1)
	var s Summary
	for i := int(step - 1); i < len(values); i += int(step) {
		s = append(s, Weighted{values[i], float32(step)})
	}
	return s
}

// Merge returns the summary of the values of s and o.
func (s Summary) Merge(o Summary, epsilon float64) Summary {
	all := append(slices.Clone(s), o...)
	sort.SliceStable(all, func(i, j int) bool { return all[i].Value < all[j].Value })
	return all.Compress(epsilon)
}

// Compress returns the values at the fractions epsilon, 2·epsilon, … of the weight.
func (s Summary) Compress(epsilon float64) Summary {
	if float64(len(s))*epsilon < 1 {
		return s
	}
	sums, shares := make([]float32, len(s)), make([]float64, len(s))
	sum := float32(0)
	for i, w := range s {
		sum += w.Weight
		sums[i] = sum
	}
	for i := range shares {
		shares[i] = float64(sums[i] / sum)
	}
	n := int(math.Ceil(1 / epsilon))
	out := make(Summary, n)
	before := 0.0
	for i := range out {
		share := epsilon + float64(i)*epsilon
		total := interpolate(share, shares, func(k int) float64 { return float64(sums[k]) })
		value := interpolate(share, shares, func(k int) float64 { return float64(s[k].Value) })
		out[i] = Weighted{float32(value), float32(total - before)}
		before = total
	}
	return out
}

// interpolate returns y at x, interpolated linearly between the known points, like NumPy's interp.
func interpolate(x float64, at []float64, y func(k int) float64) float64 {
	last := len(at) - 1
	if x >= at[last] {
		return y(last)
	}
	k := sort.Search(len(at), func(k int) bool { return at[k] > x })
	if k == 0 {
		return y(0)
	}
	slope := (y(k) - y(k-1)) / (at[k] - at[k-1])
	return slope*(x-at[k-1]) + y(k-1)
}
