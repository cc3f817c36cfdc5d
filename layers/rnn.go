package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/regularizers"
)

func init() {
	register[RNN]()
}

// RNN runs a cell over time: y, states = cell(x, states) for every step.
//
// Input: (batch, time, features…), and perhaps the initial states as further values of
// [Apply]. Output: the cell's last output, or with ReturnSequences those of all steps,
// (batch, time, …); with ReturnState the last states too. Steps that a mask hides leave the
// states as they are. Weights: the cell's.
type RNN struct {
	Base
	recurrentForm

	Name                string                   `keras:"name"`
	Cell                Cell                     `keras:"cell,required"`        // one step; several: [StackedRNNCells]
	ReturnSequences     bool                     `keras:"return_sequences"`     // the outputs of all steps, not the last alone
	ReturnState         bool                     `keras:"return_state"`         // the last states as further results
	GoBackwards         bool                     `keras:"go_backwards"`         // from the last step to the first; sequences come out in that order
	Stateful            bool                     `keras:"stateful"`             // each batch begins with the states after the one before; every batch size has its own
	Unroll              bool                     `keras:"unroll"`               // kept for Keras' files; the numbers are the same
	ZeroOutputForMask   bool                     `keras:"zero_output_for_mask"` // masked steps give zeros, not the output before
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"` // of the output; nil: none
}

// Call returns the (first) output for x.
func (r *RNN) Call(s *Scope, x *graph.Node) *graph.Node { return r.CallAll(s, []*graph.Node{x})[0] }

// CallAll returns the output and, with ReturnState, the last states, for x and perhaps the
// initial states.
func (r *RNN) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return recurrence{cell: r.Cell, sequences: r.ReturnSequences, states: r.ReturnState,
		backwards: r.GoBackwards, stateful: r.Stateful, zeroMasked: r.ZeroOutputForMask}.run(s, in)
}

// Mask returns the mask of the input if the output is a sequence too.
func (r *RNN) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, r.ReturnSequences, in)
}

func (r *RNN) activity() Regularizer { return orNil(r.ActivityRegularizer) }
