package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
)

// Remat says which layers a training step computes twice: what happens inside them is not kept
// for the gradient but computed again from their inputs when it is needed, as Keras' RematScope
// (gradient checkpointing, Chen et al. 2016). Losses, gradients and dropout are the same bits;
// memory is spared and time is paid. A layer that is made of others, such as a model inside a
// model, is computed again as a whole, and only its inputs are kept: so blocks spare more than
// single layers. For part of a custom layer, use ops.Remat. The zero Remat is none.
type Remat struct {
	Mode                RematMode
	OutputSizeThreshold int      // of RematLargerThan: elements of a sample's output; 0: 1024
	LayerNames          []string // of RematLayers
}

// RematMode chooses the layers of a [Remat].
type RematMode uint8

const (
	RematNone        RematMode = iota
	RematFull                  // every layer
	RematActivations           // the Activation of layers that have one, and nothing else of them
	RematLargerThan            // layers whose outputs are larger than OutputSizeThreshold
	RematLayers                // those that LayerNames names
)

// String returns Keras' name of the mode, "" for none.
func (m RematMode) String() string {
	return [...]string{"", "full", "activations", "larger_than", "list_of_layers"}[min(m, RematLayers)]
}

// Check reports a mode there is not, settings that another mode reads, and names that none
// of the layers has.
func (r Remat) Check(all []Module) error {
	switch {
	case r.Mode > RematLayers:
		return fmt.Errorf("Remat: there is no mode %d; take RematFull, RematActivations, RematLargerThan or RematLayers", r.Mode)
	case r.OutputSizeThreshold < 0:
		return fmt.Errorf("Remat: OutputSizeThreshold is %d; it must be at least 0, which means 1024", r.OutputSizeThreshold)
	case r.Mode != RematLargerThan && r.OutputSizeThreshold != 0:
		return fmt.Errorf("Remat: OutputSizeThreshold is for the mode RematLargerThan; the mode is %q", r.Mode)
	case (r.Mode == RematLayers) != (len(r.LayerNames) > 0):
		return fmt.Errorf("Remat: the mode is %q and LayerNames is %q; LayerNames is for the mode RematLayers, which needs it", r.Mode, r.LayerNames)
	}
	for _, name := range r.LayerNames {
		if !slices.ContainsFunc(all, func(l Module) bool { return lastName(l.state().path) == name }) {
			return fmt.Errorf("Remat: LayerNames: the model has no layer %q", name)
		}
	}
	return nil
}

// again reports whether l, whose outputs are out, is computed again.
func (r Remat) again(l Module, out []*graph.Node) bool {
	switch r.Mode {
	case RematFull:
		return true
	case RematLayers:
		return slices.Contains(r.LayerNames, lastName(l.state().path))
	case RematLargerThan:
		size, threshold := 0, r.OutputSizeThreshold
		if threshold == 0 {
			threshold = 1024
		}
		for _, y := range out {
			if y.Rank() > 0 {
				size += y.Shape[1:].Size()
			}
		}
		return size > threshold
	}
	return false
}

// activate applies an activation; nil is linear.
func (s *Scope) activate(a activations.Activation, x *graph.Node) *graph.Node {
	first := len(x.Graph().Nodes)
	y := activate(a, x)
	if s.Training && s.Remat.Mode == RematActivations {
		x.Graph().Remat(first)
	}
	return y
}
