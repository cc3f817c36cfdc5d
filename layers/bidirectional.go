package layers

import (
	"reflect"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[Bidirectional]()
}

// A MergeMode selects how [Bidirectional] combines the outputs of its two directions; "" is
// MergeConcat.
type MergeMode string

// The merge modes.
const (
	MergeConcat  MergeMode = "concat" // concatenated along the last axis
	MergeSum     MergeMode = "sum"    // added
	MergeMul     MergeMode = "mul"    // multiplied
	MergeAverage MergeMode = "ave"    // averaged
	MergeNone    MergeMode = "none"   // not combined: two results
)

// Bidirectional runs a recurrent layer forwards and a copy of it, with separate weights,
// backwards (Schuster & Paliwal 1997), and combines their outputs.
//
// Input: that of Layer; initial states are those of the forward layer, followed by those of the
// backward layer. Output: the combined outputs, twice as wide with MergeConcat; two results
// with MergeNone; followed by the final states of both layers if Layer returns them. Weights:
// those of the forward layer, followed by those of the backward layer.
type Bidirectional struct {
	Base
	recurrentForm

	Name          string    `keras:"name"`
	Layer         Module    `keras:"layer,required" file:"forward_layer"`                               // a recurrent layer, with fields like those of [LSTM]
	MergeMode     MergeMode `keras:"merge_mode" default:"concat" null:"none" enum:"concat sum mul ave"` // "": MergeConcat
	BackwardLayer Module    `keras:"backward_layer"`                                                    // nil: a copy of Layer that runs in the other direction
}

// Call returns the (first) output for x.
func (b *Bidirectional) Call(s *Scope, x *graph.Node) *graph.Node {
	return b.CallAll(s, []*graph.Node{x})[0]
}

// CallAll returns the combined outputs and the states, for x and optionally the initial states.
func (b *Bidirectional) CallAll(s *Scope, in []*graph.Node) []*graph.Node {
	b.pair()
	x, mask := in[0], s.Mask(in[0])
	half := (len(in) + 1) / 2
	forward := s.CallAll(b.Layer, in[:half]...)
	backward := s.CallAll(b.BackwardLayer, append([]*graph.Node{x}, in[half:]...)...)
	y, z := forward[0], backward[0]
	sequences := *flag(b.Layer, "ReturnSequences")
	if sequences {
		z = ops.Flip(z, 1)
	}
	out := b.merge(y, z)
	if sequences && len(out) == 2 && mask != nil {
		s.SetMask(out[1], mask)
	}
	return append(append(out, forward[1:]...), backward[1:]...)
}

func (b *Bidirectional) merge(y, z *graph.Node) []*graph.Node {
	switch b.MergeMode {
	case MergeNone:
		return []*graph.Node{y, z}
	case MergeSum:
		return []*graph.Node{ops.Add(y, z)}
	case MergeAverage:
		return []*graph.Node{ops.Scale(ops.Add(y, z), .5)}
	case MergeMul:
		return []*graph.Node{ops.Multiply(y, z)}
	case MergeConcat:
		return []*graph.Node{ops.Concatenate(-1, y, z)}
	}
	graph.Errorf("MergeMode is %q; want one of %q", b.MergeMode, []MergeMode{MergeConcat, MergeSum, MergeMul, MergeAverage, MergeNone})
	return nil
}

// pair creates the backward layer if it is missing and checks that the two layers match. In
// returned sequences, masked steps output zeros in both directions, as in Keras.
func (b *Bidirectional) pair() {
	if b.Layer == nil {
		graph.Errorf("Layer is nil")
	}
	if b.BackwardLayer == nil {
		c := cloned(b.Layer)
		back := flag(c, "GoBackwards")
		*back = !*back
		rename(c, "forward_", "backward_")
		b.BackwardLayer = c
	}
	rename(b.Layer, "backward_", "forward_")
	if *flag(b.Layer, "GoBackwards") == *flag(b.BackwardLayer, "GoBackwards") {
		graph.Errorf("Layer and BackwardLayer go the same way; GoBackwards of one must be true")
	}
	for _, name := range []string{"Stateful", "ReturnSequences", "ReturnState"} {
		if *flag(b.Layer, name) != *flag(b.BackwardLayer, name) {
			graph.Errorf("%s of Layer and BackwardLayer differ", name)
		}
	}
	for _, l := range []Module{b.Layer, b.BackwardLayer} {
		*flag(l, "ZeroOutputForMask") = *flag(l, "ReturnSequences")
	}
}

// Saved returns the layer with its backward layer, which Keras files contain.
func (b *Bidirectional) Saved() any {
	if b.Layer != nil && b.BackwardLayer == nil {
		b.pair()
	}
	return b
}

// flag returns a pointer to the bool field of that name of a recurrent layer.
func flag(l Module, name string) *bool {
	if v := reflect.ValueOf(l).Elem(); v.Kind() == reflect.Struct {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.Bool {
			return f.Addr().Interface().(*bool)
		}
	}
	graph.Errorf("%s has no %s; want a recurrent layer", config.ClassOf(l), name)
	return nil
}

// rename sets the name of a direction's layer as Keras does: forward_lstm.
func rename(l Module, from, to string) {
	f := reflect.ValueOf(l).Elem().FieldByName("Name")
	if !f.IsValid() || f.Kind() != reflect.String {
		return
	}
	base := f.String()
	if base == "" {
		base = config.Snake(config.ClassOf(l))
	}
	if strings.HasPrefix(base, to) {
		return
	}
	f.SetString(to + strings.TrimPrefix(base, from))
}

// Mask returns the mask of the input if the output is a sequence, and nil otherwise.
func (b *Bidirectional) Mask(s *Scope, in []*graph.Node) *graph.Node {
	return sequenceMask(s, *flag(b.Layer, "ReturnSequences"), in)
}
