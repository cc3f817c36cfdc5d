package ops

import "github.com/rhyton/rhyton/graph"

// Conv describes a convolution: Conv{Strides: []int{2, 2}, Padding: Same}.Of(x, kernel). The zero
// value has strides and dilation 1, no padding and one group. A single number applies to all
// spatial axes.
type Conv struct {
	Strides  []int
	Padding  Padding
	Dilation []int
	Groups   int
	// OutputPadding, used only by Transpose, makes the output (in-1)·stride + k - 2·pad +
	// OutputPadding with pad ⌊k/2⌋ for Same, 0 for Valid. If it is nil, the output is in·stride
	// for Same and in·stride + max(k-stride, 0) for Valid.
	OutputPadding []int
}

// Of returns the cross-correlation of x (batch, spatial…, in) with kernel (spatial…, in/groups,
// out): (batch, spatial…, out).
func (c Conv) Of(x, kernel N) N {
	in := spatial("conv", x)
	if kernel.Rank() != x.Rank() {
		graph.Errorf("conv: kernel %v for %v; want the same rank", kernel.Shape, x.Shape)
	}
	x, kernel = promote(float(x), float(kernel))
	n := len(in)
	w := c.Padding.windows(in, kernel.Shape[:n], perAxis("conv", "strides", c.Strides, n, 1), perAxis("conv", "dilation", c.Dilation, n, 1))
	return graph.Apply(graph.Conv{Window: w, Groups: max(c.Groups, 1)}, x, kernel)
}

// Depthwise convolves each channel of x with its own filters: kernel (spatial…, in, multiplier)
// gives (batch, spatial…, in·multiplier), with the results of a channel next to each other.
func (c Conv) Depthwise(x, kernel N) N {
	n := len(spatial("depthwise_conv", x))
	if kernel.Rank() != n+2 || kernel.Shape[n] != x.Shape[n+1] {
		graph.Errorf("depthwise_conv: kernel %v for %v; want (spatial…, %d, multiplier)", kernel.Shape, x.Shape, x.Shape[n+1])
	}
	c.Groups = kernel.Shape[n]
	s := append(kernel.Shape[:n].Clone(), 1, kernel.Shape[n]*kernel.Shape[n+1])
	return c.Of(x, Reshape(kernel, s...))
}

// Separable is Depthwise with the first kernel followed by a convolution of extent 1 with the
// second, (1…, in·multiplier, out).
func (c Conv) Separable(x, depthwise, pointwise N) N {
	return Conv{}.Of(c.Depthwise(x, depthwise), pointwise)
}

// Transpose is the transposed convolution, the gradient of a convolution with respect to its
// input: x (batch, spatial…, in) with kernel (spatial…, out, in) gives (batch, spatial·stride…,
// out).
func (c Conv) Transpose(x, kernel N) N {
	in := spatial("conv_transpose", x)
	n := len(in)
	if kernel.Rank() != n+2 || kernel.Shape[n+1] != x.Shape[n+1] {
		graph.Errorf("conv_transpose: kernel %v for %v; want (spatial…, out, %d)", kernel.Shape, x.Shape, x.Shape[n+1])
	}
	x, kernel = promote(float(x), float(kernel))
	strides := perAxis("conv_transpose", "strides", c.Strides, n, 1)
	dilation := perAxis("conv_transpose", "dilation", c.Dilation, n, 1)
	w := graph.Window{Strides: graph.DimsOf(strides), Dilation: graph.DimsOf(dilation), Low: graph.RepeatDim(n, 0), High: graph.RepeatDim(n, 0)}
	to := graph.Shape{x.Shape[0]}
	for i := range in {
		span := (kernel.Shape[i]-1)*dilation[i] + 1
		out := c.transposedExtent(i, n, in[i], strides[i], span)
		total := max((in[i]-1)*strides[i]+span-out, 0)
		w.Low.At[i], w.High.At[i] = total/2, total-total/2
		to = append(to, out)
	}
	to = append(to, kernel.Shape[n])
	return graph.Apply(graph.ConvGradInput{Conv: graph.Conv{Window: w, Groups: 1}, In: graph.DimsOf(to)}, x, kernel)
}

func (c Conv) transposedExtent(i, n, in, stride, span int) int {
	if c.Padding == Causal {
		graph.Errorf("conv_transpose: causal padding; want valid or same")
	}
	if c.OutputPadding == nil {
		if c.Padding == Same {
			return in * stride
		}
		return in*stride + max(span-stride, 0)
	}
	out := (in-1)*stride + span + perAxis("conv_transpose", "output padding", c.OutputPadding, n, 0)[i]
	if c.Padding == Same {
		out -= 2 * (span / 2)
	}
	return out
}
