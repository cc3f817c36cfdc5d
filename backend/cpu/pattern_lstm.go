package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
)

type (
	// projectedLSTM is fused.LSTM of the projection x·w + b, which is done step by step too:
	// the gates' inputs never go to memory. Operands x (time, batch, features), w, b if there
	// is one, and then the recurrent kernel and the first h and c. Results: every h, the last h
	// and c, and, for the gradient alone, the gates and what each step saw (see sightOf). If they
	// are not kept they are those of one step.
	projectedLSTM struct{ reverse, bias, keep bool }
	// projectedLSTMGrad is fused.LSTMGrad with what the projection's gradient makes of its
	// result. Operands w, the recurrent kernel, the gates and sights, and the gradients of
	// every h, the last h and the last c. Results: the gradients of x, the recurrent kernel,
	// the first h and c, w and b.
	projectedLSTMGrad struct{ reverse, bias bool }
)

func (o projectedLSTM) String() string {
	return fmt.Sprintf("projected_lstm[reverse=%v bias=%v keep=%v]", o.reverse, o.bias, o.keep)
}

func (o projectedLSTMGrad) String() string {
	return fmt.Sprintf("projected_lstm_grad[reverse=%v bias=%v]", o.reverse, o.bias)
}

func (o projectedLSTM) Infer(in []graph.Type) []graph.Type {
	x, h := in[0].Shape, in[len(in)-1]
	steps, batch, u := x[0], x[1], h.Shape[1]
	all := graph.Shape{steps, batch, u}
	kept := 1
	if o.keep {
		kept = steps
	}
	return []graph.Type{{DType: h.DType, Shape: all}, h, h, {DType: h.DType, Shape: graph.Shape{kept, batch, 4 * u}},
		{DType: h.DType, Shape: graph.Shape{kept + 1, batch, sightOf(u, x[2], o.bias).width}}}
}

func (o projectedLSTMGrad) Infer(in []graph.Type) []graph.Type {
	w, k, gates, h := in[0], in[1], in[2].Shape, in[5]
	x := graph.Shape{gates[0], gates[1], w.Shape[0]}
	return []graph.Type{{DType: w.DType, Shape: x}, k, h, h, w, {DType: w.DType, Shape: k.Shape[1:]}}
}

// A sight is what a step of a recurrent layer sees of one sample, one row for products with
// the kernels one upon the other: h, 1 if there is a bias, and x. The state c lies behind.
type sight struct{ x, inputs, cell, width int }

func sightOf(units, features int, bias bool) sight {
	s := sight{x: units}
	if bias {
		s.x++
	}
	s.inputs = s.x + features
	s.cell = (s.inputs + 15) &^ 15
	s.width = s.cell + (units+15)&^15
	if s.width%512 == 0 { // rows that share the places of a cache
		s.width += 16
	}
	return s
}

// projectedWeights is the most elements of the kernels one upon the other: every step reads
// them, so a core's cache must hold them.
const projectedWeights = 1 << 18

// projected joins LSTMs and their gradients with the projections of their inputs.
func projected(g *graph.Graph) *graph.Graph {
	f := newJoiner(g)
	return graph.Rewrite(g, func(out *graph.Graph, old *graph.Node, in []*graph.Node) *graph.Node {
		if s, ok := old.Op.(graph.Scan); ok {
			s.Body = projected(s.Body)
			return out.Apply(s, in...)
		}
		if j := f.layers[old]; j != nil {
			return j.forward(in)
		}
		if j := f.grads[old]; j != nil {
			return j.backward(in)
		}
		if r, ok := f.replaced[old]; ok {
			return r.node(old, in)
		}
		if _, ok := old.Op.(graph.Reshape); ok {
			if _, twice := in[0].Op.(graph.Reshape); twice && in[0].In[0].Shape.Equal(old.Shape) {
				return in[0].In[0]
			}
		}
		return nil
	})
}

// A joint is an LSTM with its projection and its gradient, if it has one.
type joint struct {
	op         fused.LSTM
	grad       *graph.Node // of the old graph
	bias       bool
	w          *graph.Node // of the new graph
	tuple, way *graph.Node // likewise, forward and back
}

// forward applies the layer to operands of fused.LSTM.
func (j *joint) forward(in []*graph.Node) *graph.Node {
	p := projectionOf(in[0])
	op := projectedLSTM{reverse: j.op.Reverse, bias: j.bias, keep: j.grad != nil}
	z := in[0].Shape
	x := p.In[0]
	if to := (graph.Shape{z[0], z[1], p.In[1].Shape[0]}); !x.Shape.Equal(to) {
		if _, ok := x.Op.(graph.Reshape); ok && x.In[0].Shape.Equal(to) {
			x = x.In[0]
		} else {
			x = reshaped(x, to)
		}
	}
	j.w = p.In[1]
	j.tuple = graph.Apply(op, append(append([]*graph.Node{x}, p.In[1:]...), in[1:]...)...)
	return j.tuple
}

// backward applies the gradient to operands of fused.LSTMGrad.
func (j *joint) backward(in []*graph.Node) *graph.Node {
	op := projectedLSTMGrad{reverse: j.op.Reverse, bias: j.bias}
	j.way = graph.Apply(op, j.w, in[0], graph.ResultOf(j.tuple, 3), graph.ResultOf(j.tuple, 4), in[6], in[7], in[8])
	return j.way
}

// A replacement is a node that a result of the way back stands for; none if only such nodes
// read it.
type replacement struct {
	joint  *joint
	result int
}

const none = -1

func (r replacement) node(old *graph.Node, in []*graph.Node) *graph.Node {
	if r.result == none {
		return in[0]
	}
	return reshaped(graph.ResultOf(r.joint.way, r.result), old.Shape)
}

// plainProduct returns a product that rounds nothing and ends in nothing but perhaps a bias.
func plainProduct(n *graph.Node) (op gemm, ok bool) {
	switch o := n.Op.(type) {
	case graph.MatMul:
		op = gemm{MatMul: o}
	case gemm:
		op = o
	default:
		return op, false
	}
	return op, op == gemm{MatMul: op.MatMul, bias: op.bias} && op.precision == kernel.Single && n.DType == graph.Float32
}

// projectionOf looks through the shape of z.
func projectionOf(z *graph.Node) *graph.Node {
	if _, ok := z.Op.(graph.Reshape); ok {
		return z.In[0]
	}
	return z
}
