package cpu

import (
	"fmt"

	"github.com/rhyton/rhyton/graph"
)

type (
	// projectedLSTM is fused.LSTM of the projection x·w + b, which is done step by step too:
	// the gates' inputs never go to memory. Operands x (time, batch, features), w, b if there
	// is one, and then the recurrent kernel and the first h and c. Results: every h, the last h
	// and c, and, for the gradient alone, the gates and what each step saw (see sightOf). If they
	// are not kept they are those of one step.
	projectedLSTM struct{ projection }
	// projectedLSTMGrad is fused.LSTMGrad with what the projection's gradient makes of its
	// result. Operands w, the recurrent kernel, the gates and sights, and the gradients of
	// every h, the last h and the last c. Results: the gradients of x, the recurrent kernel,
	// the first h and c, w and b.
	projectedLSTMGrad struct{ projection }
	// projectedGRU is fused.GRU likewise. Operands x, w, b if there is one, the recurrent
	// kernel and bias, and the first h. Results: every h, the last h, and for the gradient
	// the gates (see kernel.GRUStep) and sights.
	projectedGRU struct{ projection }
	// projectedGRUGrad is fused.GRUGrad likewise. Operands w, the recurrent kernel, the gates
	// and sights, and the gradients of every h and the last. Results: the gradients of x, the
	// recurrent kernel, its bias, the first h, w and b.
	projectedGRUGrad struct{ projection }

	// projection is how.
	projection struct {
		reverse bool
		bias    bool
		keep    bool // there is a gradient
	}
)

func (o projection) String() string {
	return fmt.Sprintf("[reverse=%v bias=%v keep=%v]", o.reverse, o.bias, o.keep)
}

func (o projectedLSTM) String() string     { return "projected_lstm" + o.projection.String() }
func (o projectedLSTMGrad) String() string { return "projected_lstm_grad" + o.projection.String() }
func (o projectedGRU) String() string      { return "projected_gru" + o.projection.String() }
func (o projectedGRUGrad) String() string  { return "projected_gru_grad" + o.projection.String() }

func (o projectedLSTM) Infer(in []graph.Type) []graph.Type {
	h := in[len(in)-1]
	hs, gates, seen := o.kept(in[0], h, lstmSight(h.Shape[1], in[0].Shape[2], o.bias))
	return []graph.Type{hs, h, h, gates, seen}
}

func (o projectedGRU) Infer(in []graph.Type) []graph.Type {
	h := in[len(in)-1]
	hs, gates, seen := o.kept(in[0], h, gruSight(h.Shape[1], in[0].Shape[2]))
	return []graph.Type{hs, h, gates, seen}
}

// kept returns the types of every h, the gates and the sights.
func (o projection) kept(x, h graph.Type, s sight) (hs, gates, seen graph.Type) {
	steps, batch, u := x.Shape[0], x.Shape[1], h.Shape[1]
	slots := 1
	if o.keep {
		slots = steps
	}
	t := func(shape ...int) graph.Type { return graph.Type{DType: h.DType, Shape: shape} }
	return t(steps, batch, u), t(slots, batch, 4*u), t(slots+1, batch, s.width)
}

func (projectedLSTMGrad) Infer(in []graph.Type) []graph.Type {
	x, b := gradTypes(in)
	return []graph.Type{x, in[1], in[5], in[5], in[0], b}
}

func (projectedGRUGrad) Infer(in []graph.Type) []graph.Type {
	x, b := gradTypes(in)
	return []graph.Type{x, in[1], b, in[5], in[0], b}
}

// gradTypes returns those of x and a bias.
func gradTypes(in []graph.Type) (x, b graph.Type) {
	w, gates := in[0], in[2].Shape
	return graph.Type{DType: w.DType, Shape: graph.Shape{gates[0], gates[1], w.Shape[0]}}, graph.Type{DType: w.DType, Shape: w.Shape[1:]}
}

// A sight is what a step of a recurrent layer sees of one sample, one row for products with
// the kernels one upon the other: h, 1 if there is a bias, and x. The state c, if there is
// one, lies behind.
type sight struct{ x, inputs, cell, width int }

func lstmSight(units, features int, bias bool) sight {
	s := sight{x: units}
	if bias {
		s.x++
	}
	s.inputs = s.x + features
	s.cell = (s.inputs + 15) &^ 15
	return s.wide(s.cell + units)
}

func gruSight(units, features int) sight {
	s := sight{x: units + 1, inputs: units + 1 + features}
	return s.wide(s.inputs)
}

func (s sight) wide(n int) sight {
	if s.width = (n + 15) &^ 15; s.width%512 == 0 { // rows that share the places of a cache
		s.width += 16
	}
	return s
}
