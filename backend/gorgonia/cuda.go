//go:build cuda

package gorgonia

import "gorgonia.org/gorgonia"

// onGPU is an operation of Gorgonia's that has a CUDA kernel.
type onGPU struct {
	*op
	gorgonia.CUDADoer
}

// applied shows Gorgonia the CUDA kernel of the operation that o wraps, so that its planner
// puts it on the GPU.
func applied(o *op) gorgonia.Op {
	if k, ok := o.inner.(gorgonia.CUDADoer); ok {
		return onGPU{o, k}
	}
	return o
}
