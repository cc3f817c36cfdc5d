package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

// lora is low-rank adaptation (Hu et al. 2021): instead of a weight w, (in…, out), two factors
// a and b of low rank are trained, and the layer computes with w + alpha/rank·a·b. b is
// initialized to 0. The weights a (in…, rank) and b (rank, out) are named lora_NAME_a and
// lora_NAME_b.
type lora struct {
	rank  int     // 0: none
	alpha float64 // 0: rank
}

// fixed returns the weight described by spec, which is not trainable if rank is positive.
func (l lora) fixed(s *Scope, spec WeightSpec) *graph.Node {
	if l.rank < 0 {
		graph.Errorf("LoRARank is %d; it must be at least 0", l.rank)
	}
	spec.Fixed = l.rank > 0
	if l.rank > 0 && spec.Constraint != nil {
		graph.Errorf("LoRARank is %d and %s has a constraint; there can be one of them", l.rank, spec.Name)
	}
	return s.AddWeight(spec)
}

// add returns w plus the scaled product of the factors.
func (l lora) add(s *Scope, spec WeightSpec, w *graph.Node) *graph.Node {
	if l.rank == 0 {
		return w
	}
	last := len(spec.Shape) - 1
	if last < 1 {
		graph.Errorf("LoRARank is %d; %s has one axis; LoRA needs at least two", l.rank, spec.Name)
	}
	a := s.AddWeight(WeightSpec{Name: "lora_" + spec.Name + "_a", DType: graph.Float32, Shape: append(spec.Shape[:last:last], l.rank),
		Initializer: initializers.HeUniform{}, Regularizer: spec.Regularizer})
	b := s.AddWeight(WeightSpec{Name: "lora_" + spec.Name + "_b", DType: graph.Float32, Shape: graph.Shape{l.rank, spec.Shape[last]},
		Initializer: initializers.Zeros{}, Regularizer: spec.Regularizer})
	return ops.Add(w, ops.Scale(ops.MatMul(a, b), l.scale()))
}

// scale returns the factor of a·b.
func (l lora) scale() float64 {
	if l.alpha == 0 || l.rank == 0 {
		return 1
	}
	return l.alpha / float64(l.rank)
}

// loraScale returns the LoRA scale of a layer, 1 if it has none.
func loraScale(l Module) float64 {
	if l, ok := l.(interface{ lora() lora }); ok {
		return l.lora().scale()
	}
	return 1
}
