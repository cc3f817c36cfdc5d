package kernel

// Pooling slides a window over x (Batch, In…, Channels). It serves one
// goroutine at a time.
type Pooling struct {
	Window
	Channels int
	// CountPadding divides averages by the whole window instead of by the
	// elements inside the input (Keras: inside).
	CountPadding bool

	plan poolingPlan
}

// Max sets y to the greatest element of each window.
func (c *Pooling) Max(p *Pool, y, x []float32) { c.run(p, y, x, nil, poolMax) }

// Sum sets y to the sum of each window.
func (c *Pooling) Sum(p *Pool, y, x []float32) { c.run(p, y, x, nil, poolSum) }

// Average sets y to the mean of each window.
func (c *Pooling) Average(p *Pool, y, x []float32) { c.run(p, y, x, nil, poolAverage) }

// MaxGrad gives each dy to the first greatest element of its window; dx is set.
func (c *Pooling) MaxGrad(p *Pool, dx, dy, x []float32) { c.run(p, dy, dx, x, poolMaxGrad) }

// SumGrad spreads dy over each window; dx is set.
func (c *Pooling) SumGrad(p *Pool, dx, dy []float32) { c.run(p, dy, dx, nil, poolSumGrad) }

// AverageGrad is the gradient of Average; dx is set.
func (c *Pooling) AverageGrad(p *Pool, dx, dy []float32) { c.run(p, dy, dx, nil, poolAverageGrad) }

type poolKind int

const (
	poolMax poolKind = iota
	poolSum
	poolAverage
	poolMaxGrad
	poolSumGrad
	poolAverageGrad
)

type poolingPlan struct {
	ready      bool
	ax         [3]axis
	y, x, from []float32
	kind       poolKind
	part       func(part, thread int)
}

// run does one image per part: within an image the order is fixed, so that the
// gradients of overlapping windows add up in one order.
func (c *Pooling) run(p *Pool, y, x, from []float32, kind poolKind) {
	t := &c.plan
	if !t.ready {
		t.ax = c.axes()
		t.part = func(b, _ int) { c.image(b) }
		t.ready = true
	}
	t.y, t.x, t.from, t.kind = y, x, from, kind
	p.Run(c.Batch, t.part)
}

func (c *Pooling) image(b int) {
	t := &c.plan
	a := t.ax
	nIn, nOut := a[0].in*a[1].in*a[2].in*c.Channels, a[0].out*a[1].out*a[2].out*c.Channels
	x, y := t.x[b*nIn:(b+1)*nIn], t.y[b*nOut:(b+1)*nOut]
	var from []float32
	if t.from != nil {
		from = t.from[b*nIn : (b+1)*nIn]
	}
	if t.kind >= poolMaxGrad {
		clear(x)
	}
	for q := range nOut / max(c.Channels, 1) {
		o := [3]int{q / (a[1].out * a[2].out), q / a[2].out % a[1].out, q % a[2].out}
		c.window(y[q*c.Channels:(q+1)*c.Channels], x, from, o)
	}
}

// window does one output pixel: y (channels), x and from the whole image.
func (c *Pooling) window(y, x, from []float32, o [3]int) {
	a := &c.plan.ax
	if c.plan.kind == poolMaxGrad {
		c.maxGradWindow(y, x, from, o)
		return
	}
	taps, scale := 0, float32(1)
	if c.plan.kind == poolAverage || c.plan.kind == poolAverageGrad {
		scale = 1 / c.divisor(o)
	}
	var lo, hi [3]int
	for i := range a {
		lo[i], hi[i] = a[i].kernels(o[i])
	}
	for i := lo[0]; i < hi[0]; i++ {
		for j := lo[1]; j < hi[1]; j++ {
			for k := lo[2]; k < hi[2]; k++ {
				at := ((a[0].at(o[0], i)*a[1].in+a[1].at(o[1], j))*a[2].in + a[2].at(o[2], k)) * c.Channels
				c.tap(y, x[at:at+c.Channels], taps == 0, scale)
				taps++
			}
		}
	}
	switch {
	case taps == 0 && c.plan.kind == poolMax:
		Fill(y, negInf)
	case taps == 0 && c.plan.kind < poolMaxGrad:
		clear(y)
	case c.plan.kind == poolAverage:
		BinaryVS(Mul, y, y, scale)
	}
}

// tap combines one input pixel x with the output pixel y.
func (c *Pooling) tap(y, x []float32, first bool, scale float32) {
	switch kind := c.plan.kind; {
	case kind == poolSumGrad:
		Binary(Add, x, x, y)
	case kind == poolAverageGrad:
		Axpy(x, scale, y)
	case first:
		copy(y, x)
	case kind == poolMax:
		Binary(Max, y, y, x)
	default:
		Binary(Add, y, y, x)
	}
}

// divisor is what the average of output o divides by.
func (c *Pooling) divisor(o [3]int) float32 {
	n := 1
	for i, a := range c.plan.ax {
		lo, hi := a.kernels(o[i])
		if c.CountPadding {
			lo, hi = 0, a.kernel
		}
		n *= hi - lo
	}
	return float32(max(n, 1))
}

func (c *Pooling) maxGradWindow(dy, dx, x []float32, o [3]int) {
	a := &c.plan.ax
	for ch, d := range dy {
		best, found := 0, false
		eachTap(*a, o, func(pixel, _ int) {
			at := pixel*c.Channels + ch
			if !found || x[at] > x[best] {
				best, found = at, true
			}
		})
		if found {
			dx[best] += d
		}
	}
}
