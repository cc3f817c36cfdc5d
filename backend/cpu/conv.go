package cpu

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

// windowOf translates w over x (batch, spatial…, channels) to y with a kernel of extents k.
func windowOf(w graph.Window, x, k, y graph.Shape) kernel.Window {
	r := len(x) - 1
	return kernel.Window{Batch: x[0], In: x[1:r].Clone(), Out: y[1:r].Clone(), Kernel: k,
		Stride: w.Strides.Shape(), Dilation: w.Dilation.Shape(), Low: w.Low.Shape()}
}

func convOf(op graph.Conv, x, f, y graph.Shape) *kernel.Conv {
	r := len(x) - 1
	return &kernel.Conv{Window: windowOf(op.Window, x, f[:r-1].Clone(), y), InChannels: x[r], Filters: y[r], Groups: op.Groups}
}

// convolve emits a convolution or one of its gradients: out from a and b.
func (c *compiler) convolve(name string, t graph.Type, a, b value,
	run32 func(p *kernel.Pool, out, a, b []float32), run64 func(out, a, b []float64), more ...value) value {
	out := c.temp(t)
	if out.Shape.Size() == 0 {
		return out
	}
	if a.Shape.Size() == 0 || b.Shape.Size() == 0 {
		c.fill(out, 0)
		return out
	}
	a, b = c.dense(a), c.dense(b)
	p, o, x, y := c.p, c.ref(out), c.ref(a), c.ref(b)
	run := func() { run32(p.pool, o.f32(), x.f32(), y.f32()) }
	if t.DType == graph.Float64 {
		run = func() { run64(data[float64](o), data[float64](x), data[float64](y)) }
	}
	c.emit(name+" "+a.Type.String()+" "+b.Type.String(), run, []value{out}, append(more, a, b))
	return out
}

func (c *compiler) conv(op graph.Conv, x, f value, t graph.Type) value {
	k := convOf(op, x.Shape, f.Shape, t.Shape)
	return c.convolve(op.String(), t, x, f, c.forward(k, f, nil), k.Forward64)
}

// biasOf returns the bias among the operands of op, nil if it has none, and what is read for it.
func (c *compiler) biasOf(op convolution, in []value) (bias *ref, reads []value) {
	if !op.bias {
		return nil, nil
	}
	b := c.dense(in[2])
	return c.ref(b), []value{b}
}

// forward returns the run of k, whose filter is f.
func (c *compiler) forward(k *kernel.Conv, f value, bias *ref) func(p *kernel.Pool, y, x, f []float32) {
	changed := c.filterChanged(k, f)
	return func(p *kernel.Pool, y, x, f []float32) {
		k.FilterKept = !changed()
		k.Forward(p, y, x, f, bias.orNil())
	}
}

// filterChanged returns a function that reports whether the filter of k must be laid out again.
func (c *compiler) filterChanged(k *kernel.Conv, f value) func() bool {
	if k.Fixed = f.dense() && c.kept(f); k.Fixed {
		return c.changed(f)
	}
	return func() bool { return true }
}

func (c *compiler) convGradInput(op graph.ConvGradInput, dy, f value, t graph.Type) value {
	k := convOf(op.Conv, t.Shape, f.Shape, dy.Shape)
	return c.convolve(op.String(), t, dy, f, k.InputGrad, k.InputGrad64)
}

func (c *compiler) convGradFilter(op graph.ConvGradFilter, x, dy value, t graph.Type) value {
	k := convOf(op.Conv, x.Shape, t.Shape, dy.Shape)
	return c.convolve(op.String(), t, dy, x, k.FilterGrad, k.FilterGrad64)
}

// convAct emits a convolution that ends in a bias and an activation.
func (c *compiler) convAct(op convolution, in []value, t graph.Type) value {
	k := convOf(op.Conv, in[0].Shape, in[1].Shape, t.Shape)
	k.Act = op.act
	bias, reads := c.biasOf(op, in)
	return c.convolve(op.Conv.String()+" bias act", t, in[0], in[1], c.forward(k, in[1], bias), nil, reads...)
}
