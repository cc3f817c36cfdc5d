package ops

import "github.com/rhyton/rhyton/graph"

// Padding selects how convolutions and pooling treat borders.
type Padding uint8

// The paddings.
const (
	Valid  Padding = iota // windows lie entirely inside
	Same                  // as many windows as input elements, divided by the stride and rounded up
	Causal                // windows end at their element: all padding is in front
)

// spatial returns the extents of the axes between batch and channels.
func spatial(who string, x N) graph.Shape {
	if x.Rank() < 3 || x.Rank() > 5 {
		graph.Errorf("%s: got %v; want (batch, 1 to 3 spatial axes, channels)", who, x.Shape)
	}
	return x.Shape[1 : x.Rank()-1]
}

// perAxis repeats a single number for each of n axes; an empty list means otherwise.
func perAxis(who, what string, v []int, n, otherwise int) []int {
	out := make([]int, n)
	for i := range out {
		switch len(v) {
		case 0:
			out[i] = otherwise
		case 1:
			out[i] = v[0]
		case n:
			out[i] = v[i]
		default:
			graph.Errorf("%s: %s %v for %d spatial axes", who, what, v, n)
		}
	}
	return out
}

// windows places windows of extent k over in. As in TensorFlow, Same padding puts the odd element
// at the end.
func (p Padding) windows(in, k, strides, dilation []int) graph.Window {
	w := graph.Window{Strides: graph.DimsOf(strides), Dilation: graph.DimsOf(dilation),
		Low: graph.RepeatDim(len(in), 0), High: graph.RepeatDim(len(in), 0)}
	for i, n := range in {
		s, span := max(strides[i], 1), (k[i]-1)*dilation[i]+1
		switch p {
		case Same:
			total := max(((n+s-1)/s-1)*s+span-n, 0)
			w.Low.At[i], w.High.At[i] = total/2, total-total/2
		case Causal:
			w.Low.At[i] = span - 1
		}
	}
	return w
}
