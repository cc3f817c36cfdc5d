package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// randomWinograd is a convolution of 3×3 of random geometry that is done by tiles of 2×2.
func randomWinograd(r *rand.Rand) *Conv {
	for {
		c := &Conv{Window: Window{Batch: 1 + r.IntN(3)}, Fixed: r.IntN(2) == 0}
		if r.IntN(4) == 0 { // planes
			c.In, c.Out, c.Kernel, c.Low = []int{2}, []int{2}, []int{1}, []int{0}
		}
		for range 2 {
			in, low, high := 4+r.IntN(10), r.IntN(4), r.IntN(4)
			c.In, c.Kernel, c.Low = append(c.In, in), append(c.Kernel, 3), append(c.Low, low)
			c.Out = append(c.Out, in+low+high-2)
		}
		size := func() int { return []int{16, 17, 31, 32, 33, 40, 64}[r.IntN(7)] }
		c.InChannels, c.Filters = size(), size()
		c.Act = []Activation{Identity, ReluAct, TanhAct}[r.IntN(3)]
		if c.prepare(); c.plan.forward.wino != nil && c.plan.backward[0].wino != nil {
			return c
		}
	}
}

func (c *Conv) String() string {
	return fmt.Sprintf("batch %d in %v out %v low %v channels %d→%d act %v", c.Batch, c.In, c.Out, c.Low, c.InChannels, c.Filters, c.Act)
}

// sizes are the elements of y, x and w.
func (c *Conv) sizes() (y, x, w int) {
	return c.Batch * product(c.Out) * c.Filters, c.Batch * product(c.In) * c.InChannels, product(c.Kernel) * c.InChannels * c.Filters
}

// uneven are numbers whose magnitudes differ by up to 10⁶.
func uneven(r *rand.Rand, n int) []float32 {
	s := normal(r, n)
	for i := range s {
		s[i] *= float32(math.Pow(10, 6*r.Float64()-3))
	}
	return s
}

// winogradBound is the stated error of an element whose (Σ|x|)(Σ|w|) is s.
func winogradBound(s float64) float64 { return 4 * 0x1p-23 * s }

// magnitudes is x with each number replaced by the sum of the absolute values of its kernel's: so
// the definition gives Σ over channels of (Σ|x|)(Σ|w|).
func magnitudes(w []float32, inner int) []float64 {
	s := make([]float64, len(w))
	for i := range w {
		for t := i % inner; t < len(w); t += inner {
			s[i] += math.Abs(float64(w[t]))
		}
	}
	return s
}

func absolute(x []float32) []float64 {
	s := widen(x)
	for i := range s {
		s[i] = math.Abs(s[i])
	}
	return s
}

func within(t *testing.T, name string, got []float32, want, scale []float64) (worst float64) {
	t.Helper()
	for i, w := range want {
		d := math.Abs(float64(got[i]) - w)
		if !(d <= winogradBound(scale[i])) {
			t.Errorf("%s: element %d is %v, want %v ± %v", name, i, got[i], w, winogradBound(scale[i]))
			return
		}
		if scale[i] > 0 {
			worst = max(worst, d/scale[i]*0x1p24)
		}
	}
	return worst
}

// tileMagnitudes sets w to Σ over tiles of (Σ|x|)(Σ|dy|) for every tap.
func (c *Conv) tileMagnitudes(w []float64, dy, x []float32) {
	a := c.axes()
	pixel := func(s []float32, n int, i [4]int, size [4]int, ch int) float64 {
		at := 0
		for k, v := range i {
			if v < 0 || v >= size[k] {
				return 0
			}
			at = at*size[k] + v
		}
		return math.Abs(float64(s[at*n+ch]))
	}
	xs, ys := make([]float64, c.InChannels), make([]float64, c.Filters)
	for b := range c.Batch {
		for p := range a[0].out {
			for i := 0; i < a[1].out; i += 2 {
				for j := 0; j < a[2].out; j += 2 {
					clear(xs)
					clear(ys)
					for k := range 16 {
						at := [4]int{b, p, i + k/4 - a[1].low, j + k%4 - a[2].low}
						for ch := range xs {
							xs[ch] += pixel(x, c.InChannels, at, [4]int{c.Batch, a[0].in, a[1].in, a[2].in}, ch)
						}
						if k < 4 {
							for ch := range ys {
								ys[ch] += pixel(dy, c.Filters, [4]int{b, p, i + k/2, j + k%2}, [4]int{c.Batch, a[0].out, a[1].out, a[2].out}, ch)
							}
						}
					}
					for e := range w {
						w[e] += xs[e/c.Filters%c.InChannels] * ys[e%c.Filters]
					}
				}
			}
		}
	}
}

func TestWinogradIsAsExactAsStated(t *testing.T) {
	for _, threads := range []int{1, 20} {
		p := NewThreadPool(threads)
		defer p.Close()
		eachLevel(t, func(t *testing.T) {
			if tiled == nil {
				return
			}
			r, worst, grad := newRand(), 0.0, 0.0
			for i := range 15 {
				c := randomWinograd(r)
				ny, nx, nw := c.sizes()
				random := normal
				if i%2 == 0 {
					random = uneven
				}
				x, w, dy, bias := random(r, nx), random(r, nw), random(r, ny), normal(r, c.Filters)
				oracle := &Conv{Window: c.Window, InChannels: c.InChannels, Filters: c.Filters}
				w64, w1 := make([]float64, nw), make([]float64, nw)
				oracle.FilterGrad64(w64, widen(dy), widen(x))
				c.tileMagnitudes(w1, dy, x)
				y64, x64, y1, x1 := make([]float64, ny), make([]float64, nx), make([]float64, ny), make([]float64, nx)
				oracle.Forward64(y64, widen(x), widen(w))
				oracle.InputGrad64(x64, widen(dy), widen(w))
				sums := magnitudes(w, c.InChannels*c.Filters)
				oracle.Forward64(y1, absolute(x), sums)
				oracle.InputGrad64(x1, absolute(dy), sums)
				act := unary64[c.Act.Op()]
				for i := range y64 {
					y64[i] = act(y64[i] + float64(bias[i%c.Filters]))
					y1[i] += math.Abs(float64(bias[i%c.Filters]))
				}
				for i := range 2 { // the second run finds the buffers used
					c.FilterKept = i == 1
					y, dx := poisoned(ny), poisoned(nx)
					c.Forward(p, y, x, w, bias)
					worst = max(worst, within(t, c.String()+" forward", y, y64, y1))
					c.InputGrad(p, dx, dy, w)
					worst = max(worst, within(t, c.String()+" input", dx, x64, x1))
					dw := poisoned(nw)
					c.FilterGrad(p, dw, dy, x)
					grad = max(grad, within(t, c.String()+" filter", dw, w64, w1))
				}
				if t.Failed() {
					return
				}
			}
			t.Logf("worst of outputs and input gradients %.2g, of filter gradients %.2g, in 2⁻²⁴", worst, grad)
		})
	}
}

func TestWinogradIsNoRougherThanTheDirectWay(t *testing.T) {
	p := NewThreadPool(1)
	defer p.Close()
	eachLevel(t, func(t *testing.T) {
		if tiled == nil {
			return
		}
		r := newRand()
		for _, channels := range []int{16, 64} {
			c := &Conv{Window: Window{Batch: 2, In: []int{12, 12}, Out: []int{12, 12}, Kernel: []int{3, 3}, Low: []int{1, 1}},
				InChannels: channels, Filters: 32}
			ny, nx, nw := c.sizes()
			x, w, want := normal(r, nx), normal(r, nw), make([]float64, ny)
			c.Forward64(want, widen(x), widen(w))
			errorOf := func(c Conv, direct bool) (sum float64) {
				c.plan = convPlan{}
				if c.prepare(); direct {
					c.plan.forward.wino = nil
				}
				y := poisoned(ny)
				c.Forward(p, y, x, w, nil)
				for i, v := range y {
					sum += (float64(v) - want[i]) * (float64(v) - want[i])
				}
				return math.Sqrt(sum / float64(ny))
			}
			if tiles, direct := errorOf(*c, false), errorOf(*c, true); !(tiles <= 1.1*direct) {
				t.Errorf("%d channels: the error is %.3g, the direct way's %.3g", channels, tiles, direct)
			}
		}
	})
}

// One number that is not finite spoils the outputs that see it and no others.
func TestWinogradKeepsNaNAndInfinitiesWhereTheyAre(t *testing.T) {
	p := NewThreadPool(2)
	defer p.Close()
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for range 40 {
			c := randomWinograd(r)
			ny, nx, nw := c.sizes()
			x, w, dy := normal(r, nx), normal(r, nw), normal(r, ny)
			bad := []float32{float32(math.NaN()), -negInf, negInf, math.MaxFloat32}
			x[r.IntN(nx)], dy[r.IntN(ny)] = bad[r.IntN(4)], bad[r.IntN(4)]
			wantY, wantX, y, dx := make([]float32, ny), make([]float32, nx), poisoned(ny), poisoned(nx)
			oracle := &Conv{Window: c.Window, InChannels: c.InChannels, Filters: c.Filters, Act: c.Act}
			oracle.prepare()
			if r.IntN(4) == 0 { // padding times NaN is nothing by definition, but NaN in tiles
				w[r.IntN(nw)] = bad[r.IntN(3)]
				oracle.plan.forward.wino, oracle.plan.backward[0].wino = nil, nil
				oracle.Forward(p, wantY, x, w, nil)
				oracle.InputGrad(p, wantX, dy, w)
			} else {
				genericConv(oracle, wantY, x, w, convForward)
				oracle.finish(wantY, nil)
				genericConv(oracle, dy, wantX, w, convInputGrad)
			}
			c.Forward(p, y, x, w, nil)
			c.InputGrad(p, dx, dy, w)
			sameKinds(t, c.String()+" forward", y, wantY)
			sameKinds(t, c.String()+" input", dx, wantX)
			want, dw := make([]float32, nw), poisoned(nw)
			oracle.plan.filter.grad = nil
			oracle.FilterGrad(p, want, dy, x)
			c.FilterGrad(p, dw, dy, x)
			sameKinds(t, c.String()+" filter", dw, want)
			if t.Failed() {
				return
			}
		}
	})
}

// sameKinds fails unless NaN and infinities are where they are wanted.
func sameKinds(t *testing.T, name string, got, want []float32) {
	t.Helper()
	for i, w := range want {
		g := got[i]
		kind := func(v float32) [3]bool {
			return [3]bool{v != v, math.IsInf(float64(v), 1), math.IsInf(float64(v), -1)}
		}
		if kind(g) != kind(w) {
			t.Errorf("%s: element %d is %v, want %v", name, i, g, w)
			return
		}
	}
}

func TestWinogradGivesTheSameBitsForAnyThreadsAndBatch(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		r := newRand()
		for i := range 20 {
			c := randomWinograd(r)
			ny, nx, nw := c.sizes()
			x, w, dy := normal(r, nx), normal(r, nw), normal(r, ny)
			if i%2 == 0 {
				x[r.IntN(nx)] = negInf
			}
			run := func(threads int, c Conv) (y, dw []uint32) {
				p := NewThreadPool(threads)
				defer p.Close()
				c.plan = convPlan{}
				ny, nx, nw := c.sizes()
				out, grad := poisoned(ny), poisoned(nw)
				c.Forward(p, out, x[:nx], w, nil)
				c.FilterGrad(p, grad, dy[:ny], x[:nx])
				return bitsOf(out), bitsOf(grad)
			}
			y, dw := run(1, *c)
			for _, threads := range []int{2, 5, 20} {
				y2, dw2 := run(threads, *c)
				if !slices.Equal(y, y2) || !slices.Equal(dw, dw2) {
					t.Fatalf("%v: %d threads give other bits", c, threads)
				}
			}
			one := *c
			one.Batch = 1
			if got, _ := run(3, one); c.Fixed && !slices.Equal(y[:len(got)], got) {
				t.Fatalf("%v: an image alone gives other bits", c)
			}
		}
	})
}

func bitsOf(s []float32) (b []uint32) {
	for _, v := range s {
		b = append(b, math.Float32bits(v))
	}
	return b
}
