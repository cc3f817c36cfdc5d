package layers

import (
	"fmt"
	"slices"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/graph"
)

// Remat selects the layers to rematerialize: a training step does not keep their intermediate
// values for the gradient but computes them again from the layers' inputs when needed, like
// Keras' RematScope (gradient checkpointing, Chen et al. 2016). Losses, gradients and dropout are
// bit-identical; it trades time for memory. A layer that contains other layers, such as a nested
// model, is rematerialized as a whole, and only its inputs are kept, so blocks save more memory
// than single layers. For part of a custom layer, use ops.Remat. The zero Remat selects no layers.
type Remat struct {
	Mode                RematMode
	OutputSizeThreshold int      // for RematLargerThan: elements per sample of the output; 0: 1024
	LayerNames          []string // for RematLayers
}

// RematMode selects the layers of a [Remat].
type RematMode uint8

const (
	RematNone        RematMode = iota
	RematFull                  // every layer
	RematActivations           // only the Activation of layers that have one
	RematLargerThan            // layers with outputs larger than OutputSizeThreshold
	RematLayers                // the layers in LayerNames
)

// String returns Keras' name of the mode, or "" for none.
func (m RematMode) String() string {
	return [...]string{"", "full", "activations", "larger_than", "list_of_layers"}[min(m, RematLayers)]
}

// Check reports an unknown mode, settings that the mode does not use, and names that match no
// layer.
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

// again reports whether l, with outputs out, is rematerialized.
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
