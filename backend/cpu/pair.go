package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
)

type (
	// layerPair is two layers of a perceptron, y = act(relu(x·w₁ + b₁)·w₂ + b₂). Its hidden units
	// are cut into chunks. A thread does a chunk from x to its part of y, and on the way back
	// from y to the gradients of its weights: little more than those parts goes from one
	// thread's cache to another's (as in Shoeybi et al., Megatron-LM, 2019). Operands x (batch,
	// inputs), w₁, b₁ if there is one, w₂ and b₂ likewise. Results: y and the hidden values, those
	// (batch, units) of a chunk after those of the one before.
	layerPair struct {
		bias1, bias2 bool
		act          kernel.Activation
		precision    kernel.Precision
		dx           bool // the way back gives the gradient by x
	}
	// layerPairGrad is the way back. Operands x, w₁, w₂, the hidden values and the gradient by y
	// before its activation. Results: the gradients by w₁, b₁, w₂, and x if it is wanted.
	layerPairGrad struct{ layerPair }
)

// Results of a layerPairGrad.
const (
	pairDW1 = iota
	pairDB1
	pairDW2
	pairDX
)

// second is the operand that is w₂.
func (o layerPair) second() int {
	if o.bias1 {
		return 3
	}
	return 2
}

func (o layerPair) String() string {
	name := fmt.Sprintf("pair of layers[bias=%v,%v act=%d dx=%v]", o.bias1, o.bias2, o.act, o.dx)
	if o.precision != kernel.Single {
		name += fmt.Sprintf(" precision %d", o.precision)
	}
	return name
}

func (o layerPairGrad) String() string { return "gradient of " + o.layerPair.String() }

func (o layerPair) Infer(in []graph.Type) []graph.Type {
	batch, units, out := in[0].Shape[0], in[1].Shape[1], in[o.second()].Shape[1]
	return []graph.Type{{DType: graph.Float32, Shape: graph.Shape{batch, out}}, vectorType(batch * units)}
}

func (o layerPairGrad) Infer(in []graph.Type) []graph.Type {
	t := []graph.Type{in[1], vectorType(in[1].Shape[1]), in[2]}
	if o.dx {
		t = append(t, in[0])
	}
	return t
}

// pairForward is what the layers read and write.
type pairForward struct {
	*pairPass
	b1, b2 *ref // nil: none
	act    kernel.Activation
}

// layerPair emits the layers.
func (s *scope) layerPair(op layerPair, n *graph.Node) []value {
	c := s.c
	in := s.operands(n)
	k := op.second()
	x, w1, w2 := c.matrix(in[0], false), c.dense(in[1]), c.dense(in[k])
	y, h, reads := c.temp(n.Results[0]), c.temp(n.Results[1]), []value{x.v, w1, w2}
	bias := func(has bool, i int) *ref {
		if !has {
			return nil
		}
		b := c.dense(in[i])
		reads = append(reads, b)
		return c.ref(b)
	}
	f := &pairForward{pairPass: c.pairPass(x, w1, w2, h), b1: bias(op.bias1, 2), b2: bias(op.bias2, k+1), act: op.act}
	f.work = f.batch * f.units * (f.in + f.out)
	parts := f.addUp(c, y)
	f.products(op.precision, func(units int) []kernel.Gemm {
		return []kernel.Gemm{
			{M: f.batch, N: units, K: f.in, TransA: x.trans, LDA: x.ld, LDB: f.units, Act: kernel.ReluAct},
			{M: f.batch, N: f.out, K: units},
		}
	})
	f.part = f.chunk
	c.emit(f.name(op), f.run, []value{y, h, parts}, reads)
	return []value{y, h}
}

// chunk does chunk i of the hidden units. The bias of y comes with the first.
func (f *pairForward) chunk(i, _ int) {
	q := &f.chunks[i]
	h := f.hidden(q, f.h)
	if f.b1 != nil {
		q.products[0].Bias = f.b1.f32()[q.lo:q.hi]
	}
	q.run(0, f.x.f32(), f.w1.f32()[q.lo:], h)
	if f.b2 != nil && i == 0 {
		q.products[1].Bias = f.b2.f32()
	}
	q.run(1, h, f.rows(q, f.w2), f.sum(i))
}

func (f *pairForward) run() {
	f.pairPass.run()
	if f.act != kernel.Identity {
		y := f.total.f32()
		kernel.Unary(f.act.Op(), y, y)
	}
}
