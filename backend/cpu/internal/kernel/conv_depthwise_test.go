package kernel

import (
	"fmt"
	"math"
	"slices"
	"testing"
)

// depthwiseCases are rows long enough for every number of pixels and taps that the
// assembly does at once, and some that see nothing but padding.
func depthwiseCases() []*Conv {
	var all []*Conv
	for _, s := range []struct {
		channels, in, kernel, stride, dilation, low, high int
	}{
		{16, 30, 3, 1, 1, 1, 1}, {5, 41, 3, 1, 1, 0, 0}, {33, 27, 3, 2, 1, 1, 1}, {20, 19, 5, 1, 1, 2, 2},
		{18, 35, 7, 1, 1, 3, 3}, {17, 70, 3, 1, 2, 4, 0}, {64, 9, 3, 1, 1, 4, 4}, {31, 23, 4, 3, 2, 6, 6}, {2, 3, 1, 2, 1, 2, 2},
	} {
		for rank := 1; rank <= 3; rank++ {
			c := &Conv{Window: Window{Batch: 3}, InChannels: s.channels, Filters: s.channels, Groups: s.channels}
			for i := range rank {
				in := s.in
				if i < rank-1 {
					in = min(in, 5) // the last axis is the long one
				}
				extent := (s.kernel-1)*s.dilation + 1
				in = max(in, extent-s.low-s.high)
				c.In, c.Kernel, c.Stride, c.Dilation = append(c.In, in), append(c.Kernel, s.kernel), append(c.Stride, s.stride), append(c.Dilation, s.dilation)
				c.Low, c.Out = append(c.Low, s.low), append(c.Out, (in+s.low+s.high-extent)/s.stride+1)
			}
			all = append(all, c)
		}
	}
	return all
}

func TestDepthwiseConvolutionsAreSumsOfTheirTaps(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, c := range depthwiseCases() {
			nx, ny, nw := c.Batch*product(c.In)*c.InChannels, c.Batch*product(c.Out)*c.Filters, product(c.Kernel)*c.Filters
			x, w, dy, bias := normal(r, nx), normal(r, nw), normal(r, ny), normal(r, c.Filters)
			y64, x64, w64 := make([]float64, ny), make([]float64, nx), make([]float64, nw)
			oracle := &Conv{Window: c.Window, InChannels: c.InChannels, Filters: c.Filters, Groups: c.Groups}
			oracle.Forward64(y64, widen(x), widen(w))
			oracle.InputGrad64(x64, widen(dy), widen(w))
			oracle.FilterGrad64(w64, widen(dy), widen(x))
			for i := range y64 {
				y64[i] += float64(bias[i%c.Filters])
			}
			var first [3][]float32
			for _, threads := range []int{1, 2, 5} {
				p := NewThreadPool(threads)
				name := fmt.Sprintf("in %v kernel %v stride %v dilation %v low %v channels %d threads %d", c.In, c.Kernel, c.Stride, c.Dilation, c.Low, c.Filters, threads)
				c := *c
				y, dx, dw := poisoned(ny), poisoned(nx), poisoned(nw)
				c.Forward(p, y, x, w, bias)
				near(t, name+" forward", y, y64, 1e-5)
				c.InputGrad(p, dx, dy, w)
				near(t, name+" input", dx, x64, 1e-5)
				c.FilterGrad(p, dw, dy, x)
				near(t, name+" filter", dw, w64, 1e-4)
				p.Close()
				for i, s := range [][]float32{y, dx, dw} {
					if first[i] == nil {
						first[i] = s
					} else if !slices.Equal(first[i], s) {
						t.Errorf("%s: result %d differs from that of one thread", name, i)
					}
				}
			}
			if t.Failed() {
				return
			}
		}
	})
}

// TestDepthwisePaddingIsAbsent: a weight that is not finite spoils only what sees input
// under it.
func TestDepthwisePaddingIsAbsent(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		p := NewThreadPool(1)
		defer p.Close()
		const n, channels = 20, 17
		c := &Conv{Window: Window{Batch: 1, In: []int{n}, Out: []int{n}, Kernel: []int{3}, Low: []int{1}}, InChannels: channels, Filters: channels, Groups: channels}
		x, w, y := normal(newRand(), n*channels), normal(newRand(), 3*channels), poisoned(n*channels)
		Fill(w[:channels], float32(math.Inf(1))) // the first tap of the first output is padding
		c.Forward(p, y, x, w, nil)
		for i, v := range y {
			if finite := !math.IsInf(float64(v), 0) && v == v; finite != (i < channels) {
				t.Fatalf("output %d of channel %d is %v", i/channels, i%channels, v)
			}
		}
	})
}
