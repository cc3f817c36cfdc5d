package kernel

// Pooling slides a window over x (Batch, In…, Channels). It serves one
// goroutine at a time.
type Pooling struct {
	Window
	Channels int

	plan poolingPlan
}

// Max sets y to the greatest element of each window.
func (c *Pooling) Max(p *ThreadPool, y, x []float32) { c.run(p, y, x, nil, poolMax) }

// Sum sets y to the sum of each window.
func (c *Pooling) Sum(p *ThreadPool, y, x []float32) { c.run(p, y, x, nil, poolSum) }

// MaxGrad gives each dy to the first greatest element of its window; dx is set.
func (c *Pooling) MaxGrad(p *ThreadPool, dx, dy, x []float32) { c.run(p, dy, dx, x, poolMaxGrad) }

// SumGrad spreads dy over each window; dx is set.
func (c *Pooling) SumGrad(p *ThreadPool, dx, dy []float32) { c.run(p, dy, dx, nil, poolSumGrad) }

type poolKind int

const (
	poolMax poolKind = iota
	poolSum
	poolMaxGrad
	poolSumGrad
)

type poolingPlan struct {
	ready      bool
	ax         [3]axis
	y, x, from []float32
	kind       poolKind
	part       func(part, thread int)
	runs       []int   // where runs of output pixels end that see the same taps of the last axis
	whole      []int   // the taps of a window that lies inside, as byte offsets from its first
	offs       [][]int // per thread: the taps of a run of other pixels
	apart      bool    // no two windows overlap
	tiling     bool    // and every input is in one, whole windows
}

// run does one image per part: within an image the order is fixed, so that the
// gradients of overlapping windows add up in one order.
func (c *Pooling) run(p *ThreadPool, y, x, from []float32, kind poolKind) {
	c.begin(p, y, x, from, kind)
	p.Run(c.Batch, c.plan.part)
}

// begin takes the operands.
func (c *Pooling) begin(p *ThreadPool, y, x, from []float32, kind poolKind) {
	t := &c.plan
	if !t.ready {
		t.ax = c.axes()
		t.part = func(b, thread int) { c.image(t.x[b*c.inputs():(b+1)*c.inputs()], b, thread) }
		for lo := 0; lo < t.ax[2].out; {
			lo = c.runEnd(lo)
			t.runs = append(t.runs, lo)
		}
		for i := range t.ax[0].kernel {
			for j := range t.ax[1].kernel {
				for k := range t.ax[2].kernel {
					pixel := (i*t.ax[0].dilation*t.ax[1].in+j*t.ax[1].dilation)*t.ax[2].in + k*t.ax[2].dilation
					t.whole = append(t.whole, 4*pixel*c.Channels)
				}
			}
		}
		t.apart, t.tiling = c.apart()
		t.ready = true
	}
	for len(t.offs) < p.threads {
		t.offs = append(t.offs, make([]int, 0, t.ax[0].kernel*t.ax[1].kernel*t.ax[2].kernel))
	}
	t.y, t.x, t.from, t.kind = y, x, from, kind
}

// apart reports whether no two windows overlap, and whether they are whole and fill the
// input.
func (c *Pooling) apart() (apart, tiling bool) {
	apart, tiling = true, true
	for _, a := range c.plan.ax {
		apart = apart && (a.out == 1 || a.stride > (a.kernel-1)*a.dilation)
		tiling = tiling && a.low == 0 && a.kernel*a.out == a.in && (a.kernel == 1 || a.dilation == 1) && (a.out == 1 || a.stride == a.kernel)
	}
	return apart, apart && tiling
}

// setter is the kernel that sets the gradient of windows of so many taps, nil if the
// gradient is added to what is there.
func (c *Pooling) setter(taps int) func(dy, dx, x *float32, offs *int, taps, pixels, xStep, yStep, n int) {
	if c.plan.kind != poolMaxGrad || !c.plan.apart || taps >= len(table.poolMaxGradApart) {
		return nil
	}
	return table.poolMaxGradApart[taps]
}

// inputs is the elements of an image.
func (c *Pooling) inputs() int {
	a := &c.plan.ax
	return a[0].in * a[1].in * a[2].in * c.Channels
}

// image does image b, which x holds.
func (c *Pooling) image(x []float32, b, thread int) {
	t := &c.plan
	a := &t.ax
	nIn, nOut := c.inputs(), a[0].out*a[1].out*a[2].out*c.Channels
	y := t.y[b*nOut : (b+1)*nOut]
	var from []float32
	if t.from != nil {
		from = t.from[b*nIn : (b+1)*nIn]
	}
	if t.kind >= poolMaxGrad && !(t.tiling && c.setter(len(t.whole)) != nil) {
		clear(x)
	}
	if nOut == 0 {
		return
	}
	for o0 := range a[0].out {
		for o1 := range a[1].out {
			row := y[(o0*a[1].out+o1)*a[2].out*c.Channels:]
			lo := 0
			for _, hi := range t.runs {
				c.runPixels(row[lo*c.Channels:hi*c.Channels], x, from, [3]int{o0, o1, lo}, hi-lo, thread)
				lo = hi
			}
		}
	}
}

// runEnd returns the end of the run of pixels from lo on that see the same taps.
func (c *Pooling) runEnd(lo int) int {
	a := &c.plan.ax[2]
	k0, k1 := a.kernels(lo)
	for hi := lo + 1; hi < a.out; hi++ {
		if i0, i1 := a.kernels(hi); i0 != k0 || i1 != k1 {
			return hi
		}
	}
	return a.out
}

// runPixels does pixels output pixels from o on; y is (pixels, channels), x and
// from are the whole image.
func (c *Pooling) runPixels(y, x, from []float32, o [3]int, pixels, thread int) {
	if first, inside := c.firstInside(o); inside && table.poolMax != nil {
		c.runFast(y, x[first:], from, first, c.plan.whole, pixels, c.plan.ax[2].stride*c.Channels)
		return
	}
	a, offs, first := &c.plan.ax, c.plan.offs[thread][:0], 0
	eachTap(a, o, func(pixel, _ int) {
		if len(offs) == 0 {
			first = pixel * c.Channels
		}
		offs = append(offs, pixel*c.Channels-first)
	})
	c.plan.offs[thread] = offs
	xStep := a[2].stride * c.Channels
	switch {
	case len(offs) > 0 && table.poolMax != nil:
		for i := range offs {
			offs[i] *= 4
		}
		c.runFast(y, x[first:], from, first, offs, pixels, xStep)
	case len(offs) > 0:
		for i := range pixels {
			at := first + i*xStep
			c.window(y[i*c.Channels:(i+1)*c.Channels], x[at:], from, at, offs)
		}
	case c.plan.kind == poolMax:
		Fill(y, negInf)
	case c.plan.kind < poolMaxGrad:
		clear(y)
	}
}

// firstInside returns where in an image the first tap of output o lies, if all its taps
// are inside.
func (c *Pooling) firstInside(o [3]int) (first int, inside bool) {
	for i := range c.plan.ax {
		a := &c.plan.ax[i]
		lo := a.at(o[i], 0)
		if lo < 0 || a.at(o[i], a.kernel-1) >= a.in {
			return 0, false
		}
		first = first*a.in + lo
	}
	return first * c.Channels, true
}

// runFast does pixels with the level's kernels; offs are byte offsets.
func (c *Pooling) runFast(y, x, from []float32, first int, offs []int, pixels, xStep int) {
	n := c.Channels
	f := table.poolSum
	switch c.plan.kind {
	case poolMaxGrad:
		f := table.poolMaxGrad
		if set := c.setter(len(offs)); set != nil {
			f = set
		}
		f(&y[0], &x[0], &from[first], &offs[0], len(offs), pixels, 4*xStep, 4*n, n)
		return
	case poolMax:
		f = table.poolMax
	case poolSumGrad:
		f = table.poolSumGrad
	}
	f(&y[0], &x[0], 1, &offs[0], len(offs), pixels, 4*xStep, 4*n, n)
}

// window does one output pixel y whose taps are at x[offs]; from[at:] is the
// input as x is its gradient.
func (c *Pooling) window(y, x, from []float32, at int, offs []int) {
	if c.plan.kind == poolMaxGrad {
		for ch, d := range y {
			best := offs[0]
			for _, off := range offs {
				if from[at+off+ch] > from[at+best+ch] {
					best = off
				}
			}
			x[best+ch] += d
		}
		return
	}
	for i, off := range offs {
		tap := x[off : off+len(y)]
		switch kind := c.plan.kind; {
		case kind == poolSumGrad:
			Binary(Add, tap, tap, y)
		case i == 0:
			copy(y, tap)
		case kind == poolMax:
			Binary(Max, y, y, tap)
		default:
			Binary(Add, y, y, tap)
		}
	}
}
