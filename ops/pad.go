package ops

import (
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// Pad adds low[i] and high[i] elements v before and after axis i.
func Pad(x N, low, high []int, v float64) N {
	return graph.Apply(graph.Pad{Low: graph.DimsOf(low), High: graph.DimsOf(high), Interior: graph.RepeatDim(x.Rank(), 0), Value: v}, x)
}

// PadReflect adds low[i] and high[i] elements before and after axis i, mirrored at the
// border element, which is not repeated: c b | a b c | b a.
func PadReflect(x N, low, high []int) N {
	return padBy("reflect", x, low, high, func(i, n int) int {
		period := max(2*(n-1), 1)
		if i = modulo(i, period); i >= n {
			i = period - i
		}
		return i
	})
}

// PadSymmetric adds low[i] and high[i] elements before and after axis i, mirrored with the
// border element repeated: b a | a b c | c b.
func PadSymmetric(x N, low, high []int) N {
	return padBy("symmetric", x, low, high, func(i, n int) int {
		if i = modulo(i, 2*n); i >= n {
			i = 2*n - 1 - i
		}
		return i
	})
}

// PadEdge repeats the border elements low[i] and high[i] times before and after axis i.
func PadEdge(x N, low, high []int) N {
	return padBy("edge", x, low, high, func(i, n int) int { return min(max(i, 0), n-1) })
}

// PadWrap continues x cyclically: b c | a b c | a b.
func PadWrap(x N, low, high []int) N {
	return padBy("wrap", x, low, high, modulo)
}

func modulo(i, n int) int { return ((i % n) + n) % n }

// padBy selects, along each axis of extent n, the elements that from returns for the positions
// -low to n+high-1.
func padBy(mode string, x N, low, high []int, from func(i, n int) int) N {
	if len(low) != x.Rank() || len(high) != x.Rank() {
		graph.Errorf("pad: amounts %v and %v for a value of shape %v", low, high, x.Shape)
	}
	for a := range low {
		n := x.Shape[a]
		if low[a] < 0 || high[a] < 0 {
			graph.Errorf("pad: negative amount at axis %d", a)
		}
		if low[a] == 0 && high[a] == 0 {
			continue
		}
		if n == 0 {
			graph.Errorf("pad: %s of axis %d of %v, which is empty", mode, a, x.Shape)
		}
		x.Graph().Table("pad", n+low[a]+high[a])
		var at []int
		for i := -low[a]; i < n+high[a]; i++ {
			at = append(at, from(i, n))
		}
		x = takeStatic(x, a, at)
	}
	return x
}

// takeStatic selects the elements along axis a with constant indices in [0, extent).
func takeStatic(x N, a int, at []int) N {
	n := x.Shape[a]
	if len(at) == n && slices.IsSorted(at) && at[0] == 0 && at[n-1] == n-1 && len(slices.Compact(slices.Clone(at))) == n {
		return x
	}
	return gatherRows(x, indices(x.Graph(), at), a)
}
