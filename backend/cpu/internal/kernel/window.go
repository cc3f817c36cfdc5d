package kernel

// Window is the geometry that convolution and pooling share: 1 to 3 spatial
// axes of NHWC arrays. Output o of an axis sees input o·Stride − Low + k·Dilation
// for k in [0, Kernel); what falls outside [0, In) counts as absent.
type Window struct {
	Batch            int
	In, Out, Kernel  []int // one per axis
	Stride, Dilation []int // nil means 1
	Low              []int // padding before; nil means 0
}

// axis is the geometry of one axis.
type axis struct{ in, out, kernel, stride, dilation, low int }

// at returns the input that output o sees under kernel element k.
func (a axis) at(o, k int) int { return o*a.stride - a.low + k*a.dilation }

// kernels returns the range [lo, hi) of kernel elements whose input under
// output o is inside.
func (a axis) kernels(o int) (lo, hi int) {
	start := o*a.stride - a.low
	lo = max(0, ceilDiv(-start, a.dilation))
	hi = min(a.kernel, ceilDiv(a.in-start, a.dilation))
	return lo, max(lo, hi)
}

func ceilDiv(a, b int) int {
	if a <= 0 {
		return -(-a / b)
	}
	return (a + b - 1) / b
}

// axes returns the three axes, leading ones filled with length 1.
func (w *Window) axes() (a [3]axis) {
	for i := range a {
		a[i] = axis{1, 1, 1, 1, 1, 0}
	}
	for i, n := range w.In {
		t := &a[3-len(w.In)+i]
		t.in, t.out, t.kernel = n, w.Out[i], w.Kernel[i]
		t.stride, t.dilation, t.low = pick(w.Stride, i, 1), pick(w.Dilation, i, 1), pick(w.Low, i, 0)
	}
	return a
}

func pick(s []int, i, absent int) int {
	if s == nil {
		return absent
	}
	return s[i]
}
