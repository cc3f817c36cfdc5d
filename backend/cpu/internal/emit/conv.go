package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/native"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
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
func (c *compiler) convolve(name string, t graph.Type, a, b plan.Value,
	run32 func(p *kernel.ThreadPool, out, a, b []float32), run64 func(out, a, b []float64), more ...plan.Value) plan.Value {
	out := c.Temp(t)
	if out.Shape.Size() == 0 {
		return out
	}
	if a.Shape.Size() == 0 || b.Shape.Size() == 0 {
		c.fill(out, 0)
		return out
	}
	a, b = c.dense(a), c.dense(b)
	p, o, x, y := c.Program, c.Ref(out), c.Ref(a), c.Ref(b)
	run := func() { run32(p.Threads, o.F32(), x.F32(), y.F32()) }
	if t.DType == graph.Float64 {
		run = func() { run64(plan.Data[float64](o), plan.Data[float64](x), plan.Data[float64](y)) }
	}
	c.Emit(name+" "+a.Type.String()+" "+b.Type.String(), run, []plan.Value{out}, append(more, a, b))
	return out
}

func (c *compiler) conv(op graph.Conv, x, f plan.Value, t graph.Type) plan.Value {
	k := convOf(op, x.Shape, f.Shape, t.Shape)
	return c.convolve(op.String(), t, x, f, c.forward(k, f, nil), k.Forward64)
}

// biasOf returns the bias among the operands of op, nil if it has none, and what is read for it.
func (c *compiler) biasOf(op native.Convolution, in []plan.Value) (bias *plan.Ref, reads []plan.Value) {
	if !op.Bias {
		return nil, nil
	}
	b := c.dense(in[2])
	return c.Ref(b), []plan.Value{b}
}

// forward returns the run of k, whose filter is f.
func (c *compiler) forward(k *kernel.Conv, f plan.Value, bias *plan.Ref) func(p *kernel.ThreadPool, y, x, f []float32) {
	changed := c.filterChanged(k, f)
	return func(p *kernel.ThreadPool, y, x, f []float32) {
		k.FilterKept = !changed()
		k.Forward(p, y, x, f, bias.OrNil())
	}
}

// filterChanged returns a function that reports whether the filter of k must be laid out again.
func (c *compiler) filterChanged(k *kernel.Conv, f plan.Value) func() bool {
	if k.Fixed = f.Dense() && c.Kept(f); k.Fixed {
		return c.Changed(f)
	}
	return func() bool { return true }
}

func (c *compiler) convGradInput(op graph.ConvGradInput, dy, f plan.Value, t graph.Type) plan.Value {
	k := convOf(op.Conv, t.Shape, f.Shape, dy.Shape)
	return c.convolve(op.String(), t, dy, f, k.InputGrad, k.InputGrad64)
}

func (c *compiler) convGradFilter(op graph.ConvGradFilter, x, dy plan.Value, t graph.Type) plan.Value {
	k := convOf(op.Conv, x.Shape, t.Shape, dy.Shape)
	return c.convolve(op.String(), t, dy, x, k.FilterGrad, k.FilterGrad64)
}

// convAct emits a convolution that ends in a bias and an activation.
func (c *compiler) convAct(op native.Convolution, in []plan.Value, t graph.Type) plan.Value {
	k := convOf(op.Conv, in[0].Shape, in[1].Shape, t.Shape)
	k.Act = op.Act
	bias, reads := c.biasOf(op, in)
	return c.convolve(op.String(), t, in[0], in[1], c.forward(k, in[1], bias), nil, reads...)
}
