package kernel

// Conv is a convolution: x is (Batch, In…, InChannels), the filter is
// (Kernel…, InChannels/Groups, Filters) as in Keras and y is
// (Batch, Out…, Filters). Output channel f belongs to group f/(Filters/Groups);
// Groups = InChannels is a depthwise convolution. A Conv serves one goroutine at
// a time.
type Conv struct {
	Window
	InChannels, Filters, Groups int   // Groups 0 means 1
	Outputs                     []int // how many outputs of each axis Forward is to give; nil: all
	Act                         Activation
	Fixed                       bool // w seldom changes: how it is laid out may take long
	FilterKept                  bool // w is what it was at the last Forward

	plan convPlan
}

// Forward sets y = act(x ∗ w + bias); bias is (Filters) or nil.
func (c *Conv) Forward(p *ThreadPool, y, x, w, bias []float32) {
	c.prepare()
	if tiled == nil {
		genericConv(c, y, x, w, convForward)
		c.finish(y, bias)
		return
	}
	c.plan.forward.kept = c.FilterKept
	c.plan.forward.run(p, y, x, w, bias, c.Act)
}

// InputGrad sets dx from dy, the gradient of x ∗ w.
func (c *Conv) InputGrad(p *ThreadPool, dx, dy, w []float32) {
	c.prepare()
	if tiled == nil {
		genericConv(c, dy, dx, w, convInputGrad)
		return
	}
	if t := c.plan.phases; t != nil && t.run(p, dx, dy, w) {
		return
	}
	for _, q := range c.plan.backward {
		q.run(p, dx, dy, w, nil, Identity)
	}
}

// FilterGrad sets dw from dy and x.
func (c *Conv) FilterGrad(p *ThreadPool, dw, dy, x []float32) {
	c.prepare()
	if tiled == nil {
		genericConv(c, dy, x, dw, convFilterGrad)
		return
	}
	c.plan.filter.run(p, dw, dy, x)
}

type convPlan struct {
	ready    bool
	ax       [3]axis
	forward  *convPass
	backward []*convPass // one per phase of the strides
	phases   *phases     // they together
	filter   *filterPass
}

func (c *Conv) prepare() {
	t := &c.plan
	if t.ready {
		return
	}
	c.Groups = max(c.Groups, 1)
	t.ax = c.axes()
	t.forward = c.forwardPass(c.Outputs)
	t.backward = c.backwardPasses()
	t.phases = c.phases()
	t.filter = c.filterPass()
	t.ready = true
}

// finish adds the bias and activates, for the portable loops.
func (c *Conv) finish(y, bias []float32) {
	for ; len(y) > 0; y = y[c.Filters:] {
		row := y[:c.Filters]
		if bias != nil {
			Binary(Add, row, row, bias)
		}
		if c.Act != Identity {
			Unary(c.Act.Op(), row, row)
		}
	}
}
