package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/initializers"
	"github.com/rhyton/rhyton/ops"
)

func init() {
	register[SpectralNormalization]()
}

// SpectralNormalization divides the kernel (or the embeddings) of a layer by its largest singular
// value at each training step, which bounds the layer's Lipschitz constant (Miyato et al. 2018).
// The singular value is estimated with PowerIterations steps of power iteration, continuing from
// the previous training step. No gradient flows through the division.
//
// Input and output: those of Layer. Weights: Layer's kernel and vector_u (1, last extent of the
// kernel), followed by the weights of Layer.
type SpectralNormalization struct {
	Base

	Name            string `keras:"name"`
	Layer           Module `keras:"layer,required"`
	PowerIterations int    `keras:"power_iterations" range:"[1,inf)" default:"1"` // 0: 1
}

// Call normalizes the kernel during training and returns the layer's output.
func (n *SpectralNormalization) Call(s *Scope, x *graph.Node) *graph.Node {
	if n.PowerIterations < 1 {
		graph.Errorf("PowerIterations is %d; it must be positive", n.PowerIterations)
	}
	if n.Layer == nil {
		graph.Errorf("Layer is nil")
	}
	st, found := n.Layer.state(), false
	s.made[st] = func(name string) {
		if !found && (name == "kernel" || name == "embeddings") {
			found = true
			n.divide(s, st.find(name))
		}
	}
	defer delete(s.made, st)
	y := s.inner(n.Layer, x)
	if !found {
		graph.Errorf("Layer has no weight called kernel or embeddings")
	}
	return ops.Cast(y, x.DType)
}

// divide also makes the kernel a weight of n, and divides it during training.
func (n *SpectralNormalization) divide(s *Scope, kernel *weight) {
	defer s.enter(n)()
	if n.find(kernel.name) == nil {
		n.weights = append(n.weights, kernel)
	}
	v := kernel.Variable
	last := v.Type.Shape[len(v.Type.Shape)-1]
	vector := s.TrackAs(v.Type.DType, "vector_u", graph.Shape{1, last}, initializers.TruncatedNormal{Stddev: new(0.02)})
	if !s.Training {
		return
	}
	w := s.Read(v)
	flat := ops.Reshape(w, -1, last)
	u := s.Read(vector)
	var left *graph.Node
	for range n.PowerIterations {
		left = unit(ops.MatMul(u, ops.Transpose(flat)))
		u = unit(ops.MatMul(left, flat))
	}
	sigma := ops.MatMul(ops.MatMul(left, flat), ops.Transpose(u))
	zero := ops.All(ops.Equal(w, ops.ZerosLike(w)))
	s.Assign(vector, ops.Where(zero, s.Read(vector), u))
	s.Assign(v, ops.StopGradient(ops.Where(zero, w, ops.Divide(w, ops.Reshape(sigma)))))
}

// unit divides a row by its norm.
func unit(x *graph.Node) *graph.Node { return ops.Normalize(x, -1, 2) }
