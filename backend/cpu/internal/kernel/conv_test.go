package kernel

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// randomConv is a convolution of random geometry whose windows touch the input.
func randomConv(r *rand.Rand) *Conv {
	rank := 1 + r.IntN(3)
	c := &Conv{Window: Window{Batch: 1 + r.IntN(3)}}
	for range rank {
		in, k := 1+r.IntN(9), 1+r.IntN(4)
		s, d := 1+r.IntN(3), 1+r.IntN(2)
		if r.IntN(2) == 0 {
			s, d = 1, 1
		}
		low, high := r.IntN(3), r.IntN(3)
		if r.IntN(3) == 0 {
			low, high = 0, 0
		}
		for in+low+high < (k-1)*d+1 {
			in++
		}
		c.In, c.Kernel, c.Stride, c.Dilation, c.Low = append(c.In, in), append(c.Kernel, k), append(c.Stride, s), append(c.Dilation, d), append(c.Low, low)
		c.Out = append(c.Out, (in+low+high-(k-1)*d-1)/s+1)
	}
	size := func() int { return []int{1, 2, 3, 5, 16, 20, 33, 40}[r.IntN(8)] }
	switch r.IntN(4) {
	case 0:
		c.Groups = []int{2, 5, 20, 64, 70}[r.IntN(5)]
		c.InChannels, c.Filters = c.Groups, c.Groups
		if r.IntN(3) == 0 {
			c.Filters *= 2
		}
	case 1:
		c.Groups = 2 + r.IntN(2)
		c.InChannels, c.Filters = c.Groups*size(), c.Groups*size()
	default:
		c.InChannels, c.Filters = size(), size()
	}
	c.Act = []Activation{Identity, ReluAct, TanhAct}[r.IntN(3)]
	return c
}

func product(s []int) int {
	n := 1
	for _, v := range s {
		n *= v
	}
	return n
}

func TestConvAndItsGradientsMatchTheDefinition(t *testing.T) {
	for _, threads := range []int{1, 3} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			r := newRand()
			for range 300 {
				c := randomConv(r)
				g := max(c.Groups, 1)
				nx, ny, nw := c.Batch*product(c.In)*c.InChannels, c.Batch*product(c.Out)*c.Filters, product(c.Kernel)*c.InChannels/g*c.Filters
				x, w, dy, bias := normal(r, nx), normal(r, nw), normal(r, ny), normal(r, c.Filters)
				name := fmt.Sprintf("batch %d in %v out %v kernel %v stride %v dilation %v low %v channels %d→%d groups %d", c.Batch,
					c.In, c.Out, c.Kernel, c.Stride, c.Dilation, c.Low, c.InChannels, c.Filters, c.Groups)
				y64, x64, w64 := make([]float64, ny), make([]float64, nx), make([]float64, nw)
				oracle := &Conv{Window: c.Window, InChannels: c.InChannels, Filters: c.Filters, Groups: c.Groups}
				oracle.Forward64(y64, widen(x), widen(w))
				oracle.InputGrad64(x64, widen(dy), widen(w))
				oracle.FilterGrad64(w64, widen(dy), widen(x))
				act := unary64[c.Act.Op()]
				for i := range y64 {
					y64[i] = act(y64[i] + float64(bias[i%c.Filters]))
				}
				for range 2 { // the second run finds the plan and its buffers used
					y, dx, dw := poisoned(ny), poisoned(nx), poisoned(nw)
					c.Forward(p, y, x, w, bias)
					near(t, name+" forward", y, y64, 1e-4)
					c.InputGrad(p, dx, dy, w)
					near(t, name+" input", dx, x64, 1e-4)
					c.FilterGrad(p, dw, dy, x)
					near(t, name+" filter", dw, w64, 1e-4)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

func BenchmarkConv(b *testing.B) {
	for _, s := range []struct{ n, h, cin, cout, low, stride, groups int }{
		{32, 28, 1, 32, 0, 1, 1}, {32, 13, 32, 64, 0, 1, 1}, {32, 32, 64, 64, 1, 1, 1}, {8, 56, 64, 64, 1, 1, 1}, {8, 56, 64, 128, 1, 2, 1}, {32, 28, 128, 128, 1, 1, 128},
		{32, 32, 16, 16, 1, 1, 1}, {32, 16, 32, 32, 1, 1, 1}, {32, 8, 64, 64, 1, 1, 1},
		{8, 56, 64, 64, 1, 1, 64}, {8, 56, 64, 64, 1, 2, 64}, {8, 7, 960, 960, 1, 1, 960}, {8, 28, 20, 20, 1, 1, 20},
	} {
		out := (s.h+2*s.low-3)/s.stride + 1
		c := &Conv{Window: Window{Batch: s.n, In: []int{s.h, s.h}, Out: []int{out, out}, Kernel: []int{3, 3}, Low: []int{s.low, s.low}, Stride: []int{s.stride, s.stride}},
			InChannels: s.cin, Filters: s.cout, Groups: s.groups}
		r := newRand()
		x, w, y := normal(r, s.n*s.h*s.h*s.cin), normal(r, 9*s.cin/s.groups*s.cout), normal(r, s.n*out*out*s.cout)
		flops := 2 * float64(len(y)) * 9 * float64(s.cin/s.groups)
		for _, threads := range []int{1, 2} {
			p := NewThreadPool(threads)
			for name, f := range map[string]func(){"fwd": func() { c.Forward(p, y, x, w, nil) }, "dX": func() { c.InputGrad(p, x, y, w) }, "dW": func() { c.FilterGrad(p, w, y, x) }} {
				b.Run(fmt.Sprintf("%dx%dx%dx%d-%d_s%d_g%d_%s_t%d", s.n, s.h, s.h, s.cin, s.cout, s.stride, s.groups, name, threads), func(b *testing.B) {
					p.Begin()
					defer p.End()
					for b.Loop() {
						f()
					}
					reportFLOPS(b, flops, threads)
				})
			}
			p.Close()
		}
	}
}

func TestConvGivesTheOutputsThatAreAskedFor(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, channels := range []int{3, 16} {
			for _, act := range []Activation{Identity, ReluAct, TanhAct} {
				c := &Conv{Window: Window{Batch: 3, In: []int{11, 12}, Out: []int{11, 12}, Kernel: []int{3, 3}, Low: []int{1, 1}},
					InChannels: channels, Filters: 16, Act: act}
				ny, nx, nw := c.sizes()
				x, w, want, y := normal(r, nx), normal(r, nw), poisoned(ny), poisoned(ny)
				c.Forward(p, want, x, w, nil)
				some := *c
				some.plan, some.Outputs = convPlan{}, []int{8, 9}
				some.Forward(p, y, x, w, nil)
				for i, v := range y {
					asked := i/(16*12)%11 < 8 && i/16%12 < 9
					if asked && v != want[i] || !asked && tiled != nil && v == v {
						t.Fatalf("%d channels, act %v: element %d is %v, of all %v", channels, act, i, v, want[i])
					}
				}
				dw, same := poisoned(nw), poisoned(nw)
				c.FilterGrad(p, dw, want, x)
				some.FilterGrad(p, same, want, x)
				near(t, "the gradient is that of all", same, widen(dw), 0)
			}
		}
	})
}
