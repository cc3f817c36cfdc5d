package kernel

import (
	"fmt"
	"math"
	"testing"
)

// poolOracle visits every (output, input) pair of windows in float64.
func poolOracle(c *Pooling, visit func(out, in int)) {
	a := c.axes()
	in, out := 1, 1
	for _, x := range a {
		in, out = in*x.in, out*x.out
	}
	for b := range c.Batch {
		for q := range out {
			o := [3]int{q / (a[1].out * a[2].out), q / a[2].out % a[1].out, q % a[2].out}
			var pixels []int
			eachTap(&a, o, func(pixel, _ int) { pixels = append(pixels, pixel) })
			for ch := range c.Channels {
				for _, pixel := range pixels {
					visit((b*out+q)*c.Channels+ch, (b*in+pixel)*c.Channels+ch)
				}
			}
		}
	}
}

func TestPoolingAndItsGradients(t *testing.T) {
	for _, threads := range []int{1, 3} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			r := newRand()
			for range 150 {
				g := randomConv(r)
				c := &Pooling{Window: g.Window, Channels: []int{1, 3, 8, 16, 33, 70}[r.IntN(6)]}
				nx, ny := c.Batch*product(c.In)*c.Channels, c.Batch*product(c.Out)*c.Channels
				x, dy := normal(r, nx), normal(r, ny)
				for i := range x {
					x[i] = float32(math.Round(float64(x[i]) * 2)) // ties
				}
				greatest, sum := make([]float64, ny), make([]float64, ny)
				dMax, dSum := make([]float64, nx), make([]float64, nx)
				at := make([]int, ny)
				for i := range greatest {
					greatest[i], at[i] = math.Inf(-1), -1
				}
				poolOracle(c, func(out, in int) {
					v := float64(x[in])
					if at[out] < 0 || v > greatest[out] {
						greatest[out], at[out] = v, in
					}
					sum[out] += v
					dSum[in] += float64(dy[out])
				})
				for i, in := range at {
					if in >= 0 {
						dMax[in] += float64(dy[i])
					}
				}
				name := fmt.Sprintf("%+v channels %d", c.Window, c.Channels)
				for _, f := range []struct {
					name string
					n    int
					run  func(got []float32)
					want []float64
				}{
					{"max", ny, func(y []float32) { c.Max(p, y, x) }, greatest},
					{"sum", ny, func(y []float32) { c.Sum(p, y, x) }, sum},
					{"max grad", nx, func(dx []float32) { c.MaxGrad(p, dx, dy, x) }, dMax},
					{"sum grad", nx, func(dx []float32) { c.SumGrad(p, dx, dy) }, dSum},
				} {
					got := poisoned(f.n)
					f.run(got)
					near(t, name+" "+f.name, got, f.want, 1e-5)
				}
				if t.Failed() {
					return
				}
			}
		})
	}
}

// TestMaxGradOfWindowsApart: where windows do not overlap the gradient is set, not added.
func TestMaxGradOfWindowsApart(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for _, w := range []Window{
			{In: []int{12}, Kernel: []int{2}, Stride: []int{2}},
			{In: []int{13}, Kernel: []int{4}, Stride: []int{5}},
			{In: []int{8, 10}, Kernel: []int{2, 2}, Stride: []int{2, 2}},
			{In: []int{7, 9}, Kernel: []int{2, 2}, Stride: []int{2, 2}, Low: []int{1, 1}},
			{In: []int{7, 9}, Kernel: []int{2, 2}, Stride: []int{2, 3}},
			{In: []int{9, 9}, Kernel: []int{2, 2}, Stride: []int{3, 3}, Dilation: []int{2, 2}},
			{In: []int{3, 4, 8}, Kernel: []int{1, 1, 4}, Stride: []int{1, 1, 4}},
		} {
			for _, channels := range []int{1, 16, 21} {
				c := &Pooling{Window: w, Channels: channels}
				c.Batch = 3
				for i, n := range w.In {
					c.Out = append(c.Out, (n+pick(w.Low, i, 0)-(w.Kernel[i]-1)*pick(w.Dilation, i, 1)-1)/w.Stride[i]+1)
				}
				x, dy := normal(r, c.Batch*product(c.In)*channels), normal(r, c.Batch*product(c.Out)*channels)
				for i := range x {
					x[i] = float32(math.Round(float64(x[i])))
				}
				at := make([]int, len(dy))
				for i := range at {
					at[i] = -1
				}
				poolOracle(c, func(out, in int) {
					if at[out] < 0 || x[in] > x[at[out]] {
						at[out] = in
					}
				})
				want := make([]float64, len(x))
				for i, in := range at {
					want[in] += float64(dy[i])
				}
				dx := poisoned(len(x))
				c.MaxGrad(p, dx, dy, x)
				near(t, fmt.Sprintf("%+v channels %d", w, channels), dx, want, 0)
			}
		}
	})
}

func BenchmarkMaxPooling(b *testing.B) {
	c := &Pooling{Window: Window{Batch: 32, In: []int{26, 26}, Out: []int{13, 13}, Kernel: []int{2, 2}, Stride: []int{2, 2}}, Channels: 32}
	x, y := normal(newRand(), 32*26*26*32), make([]float32, 32*13*13*32)
	dx := make([]float32, len(x))
	p := NewThreadPool(1)
	defer p.Close()
	b.Run("forward", func(b *testing.B) {
		for b.Loop() {
			c.Max(p, y, x)
		}
	})
	b.Run("gradient", func(b *testing.B) {
		for b.Loop() {
			c.MaxGrad(p, dx, y, x)
		}
	})
}
