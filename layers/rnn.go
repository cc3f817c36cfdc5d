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
// Input: (batch, time, features…), optionally followed by the initial states as further inputs
// of [Apply]. Output: the cell's last output, or with ReturnSequences the outputs of all steps,
// (batch, time, …); with ReturnState also the final states. Masked steps leave the states
// unchanged. Weights: those of the cell.
type RNN struct {
	Base
	recurrentForm

	Name                string                   `keras:"name"`
	Cell                Cell                     `keras:"cell,required"`        // computes one step; to stack cells: [StackedRNNCells]
	ReturnSequences     bool                     `keras:"return_sequences"`     // return the outputs of all steps instead of only the last
	ReturnState         bool                     `keras:"return_state"`         // return the final states as additional results
	GoBackwards         bool                     `keras:"go_backwards"`         // process the steps in reverse; sequences are returned in reverse order
	Stateful            bool                     `keras:"stateful"`             // each batch starts from the final states of the previous one; states are kept per batch size
	Unroll              bool                     `keras:"unroll"`               // stored for Keras compatibility; results do not depend on it
	ZeroOutputForMask   bool                     `keras:"zero_output_for_mask"` // output zeros at masked steps instead of the previous output
	ActivityRegularizer regularizers.Regularizer `keras:"activity_regularizer"` // of the output; nil: none
}

// Call returns the output for x; with ReturnState, only the first result.
func (r *RNN) Call(s *Scope, x *graph.Node) *graph.Node { return r.CallAll(s, []*graph.Node{x})[0] }

// CallAll returns the output and, with ReturnState, the final states. in holds x, optionally
// followed by the initial states.
func (r *RNN) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	return recurrence{cell: r.Cell, sequences: r.ReturnSequences, states: r.ReturnState,
		backwards: r.GoBackwards, stateful: r.Stateful, zeroMasked: r.ZeroOutputForMask}.run(s, in)
}

// Mask returns the mask of the input if the layer returns sequences.
func (r *RNN) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, r.ReturnSequences, in)
}

func (r *RNN) activity() Regularizer { return orNil(r.ActivityRegularizer) }
