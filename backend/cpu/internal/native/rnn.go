package native

import (
	"github.com/rhyton/rhyton/graph"
)

type (
	// ProjectedLSTM is fused.LSTM of the projection x·w + b, which is computed step by step too:
	// the gates' inputs are never stored. Operands x (time, batch, features), w, b if there
	// is one, and then the recurrent kernel and the first h and c. Results: every h, the last h
	// and c, and, for the gradient alone, the gates and the step rows (see StepRow). If they
	// are not kept they are those of one step.
	ProjectedLSTM struct{ InputProjection }
	// ProjectedLSTMGrad is fused.LSTMGrad with what the projection's gradient makes of its
	// result. Operands w, the recurrent kernel, the gates and step rows, and the gradients of
	// every h, the last h and the last c. Results: the gradients of x, the recurrent kernel,
	// the first h and c, w and b.
	ProjectedLSTMGrad struct{ InputProjection }
	// ProjectedGRU is fused.GRU likewise. Operands x, w, b if there is one, the recurrent
	// kernel and bias, and the first h. Results: every h, the last h, and for the gradient
	// the gates (see kernel.GRUStep) and step rows.
	ProjectedGRU struct{ InputProjection }
	// ProjectedGRUGrad is fused.GRUGrad likewise. Operands w, the recurrent kernel, the gates
	// and step rows, and the gradients of every h and the last. Results: the gradients of x, the
	// recurrent kernel, its bias, the first h, w and b.
	ProjectedGRUGrad struct{ InputProjection }

	// InputProjection is the options of a layer with its projection.
	InputProjection struct {
		Reverse bool
		Bias    bool
		Keep    bool // there is a gradient
	}
)

// Results of a ProjectedLSTMGrad or ProjectedGRUGrad.
const (
	ProjectedGradX = 0
	ProjectedGradW = 4
	ProjectedGradB = 5
)

func (o InputProjection) String() string {
	return list(when(o.Reverse, "reverse"), when(o.Bias, "bias"), when(o.Keep, "keep"))
}

func (o ProjectedLSTM) String() string     { return "projected_lstm" + o.InputProjection.String() }
func (o ProjectedLSTMGrad) String() string { return "projected_lstm_grad" + o.InputProjection.String() }
func (o ProjectedGRU) String() string      { return "projected_gru" + o.InputProjection.String() }
func (o ProjectedGRUGrad) String() string  { return "projected_gru_grad" + o.InputProjection.String() }

func (o ProjectedLSTM) Infer(in []graph.Type) []graph.Type {
	h := in[len(in)-1]
	hs, gates, seen := o.kept(in[0], h, LSTMRow(h.Shape[1], in[0].Shape[2], o.Bias))
	return []graph.Type{hs, h, h, gates, seen}
}

func (o ProjectedGRU) Infer(in []graph.Type) []graph.Type {
	h := in[len(in)-1]
	hs, gates, seen := o.kept(in[0], h, GRURow(h.Shape[1], in[0].Shape[2]))
	return []graph.Type{hs, h, gates, seen}
}

// kept returns the types of every h, the gates and the step rows.
func (o InputProjection) kept(x, h graph.Type, s StepRow) (hs, gates, seen graph.Type) {
	steps, batch, u := x.Shape[0], x.Shape[1], h.Shape[1]
	slots := 1
	if o.Keep {
		slots = steps
	}
	t := func(shape ...int) graph.Type { return graph.Type{DType: h.DType, Shape: shape} }
	return t(steps, batch, u), t(slots, batch, 4*u), t(slots+1, batch, s.Width)
}

func (ProjectedLSTMGrad) Infer(in []graph.Type) []graph.Type {
	x, b := gradTypes(in)
	return []graph.Type{x, in[1], in[5], in[5], in[0], b}
}

func (ProjectedGRUGrad) Infer(in []graph.Type) []graph.Type {
	x, b := gradTypes(in)
	return []graph.Type{x, in[1], b, in[5], in[0], b}
}

// gradTypes returns those of x and a bias.
func gradTypes(in []graph.Type) (x, b graph.Type) {
	w, gates := in[0], in[2].Shape
	return graph.Type{DType: w.DType, Shape: graph.Shape{gates[0], gates[1], w.Shape[0]}}, graph.Type{DType: w.DType, Shape: w.Shape[1:]}
}

// A StepRow is the layout of what a step of a recurrent layer reads of one sample, a row for a
// product with the stacked kernels: h, 1 if there is a bias, and x. The state c of an LSTM
// follows.
type StepRow struct{ X, Inputs, Cell, Width int }

// LSTMRow is the step row of an LSTM.
func LSTMRow(units, features int, bias bool) StepRow {
	s := StepRow{X: units}
	if bias {
		s.X++
	}
	s.Inputs = s.X + features
	s.Cell = (s.Inputs + 15) &^ 15
	return s.wide(s.Cell + units)
}

// GRURow is the step row of a GRU, which always has a bias.
func GRURow(units, features int) StepRow {
	s := StepRow{X: units + 1, Inputs: units + 1 + features}
	return s.wide(s.Inputs)
}

func (s StepRow) wide(n int) StepRow {
	if s.Width = (n + 15) &^ 15; s.Width%512 == 0 { // rows that share the places of a cache
		s.Width += 16
	}
	return s
}
