package kernel

// Conv is a convolution: x is (Batch, In…, InChannels), the filter is
// (Kernel…, InChannels/Groups, Filters) as in Keras and y is
// (Batch, Out…, Filters). Output channel f belongs to group f/(Filters/Groups);
// Groups = InChannels is a depthwise convolution.
type Conv struct {
	Window
	InChannels, Filters, Groups int // Groups 0 means 1
	Act                         Activation

	plan convPlan
}

// Forward sets y = act(x ∗ w + bias); bias is (Filters) or nil.
func (c *Conv) Forward(p *Pool, y, x, w, bias []float32) {
	c.prepare()
	c.forward(p, y, x, w, bias)
}

// InputGrad sets dx from dy, the gradient of x ∗ w.
func (c *Conv) InputGrad(p *Pool, dx, dy, w []float32) {
	c.prepare()
	c.inputGrad(p, dx, dy, w)
}

// FilterGrad sets dw from dy and x.
func (c *Conv) FilterGrad(p *Pool, dw, dy, x []float32) {
	c.prepare()
	c.filterGrad(p, dw, dy, x)
}

type convPlan struct {
	ready bool
	ax    [3]axis
}

func (c *Conv) prepare() {
	if !c.plan.ready {
		c.Groups = max(c.Groups, 1)
		c.plan.ax = c.axes()
		c.plan.ready = true
	}
}

func (c *Conv) forward(p *Pool, y, x, w, bias []float32) {
	genericConv(c, y, x, w, convForward)
	rows := len(y) / c.Filters
	for i := range rows {
		row := y[i*c.Filters : (i+1)*c.Filters]
		if bias != nil {
			Binary(Add, row, row, bias)
		}
		if c.Act != Identity {
			Unary(c.Act.Op(), row, row)
		}
	}
}

func (c *Conv) inputGrad(p *Pool, dx, dy, w []float32) { genericConv(c, dy, dx, w, convInputGrad) }

func (c *Conv) filterGrad(p *Pool, dw, dy, x []float32) { genericConv(c, dy, x, dw, convFilterGrad) }
