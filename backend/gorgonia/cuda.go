//go:build cuda

package gorgonia

import "gorgonia.org/gorgonia"

// onGPU is a Gorgonia operation that has a CUDA kernel.
type onGPU struct {
	*op
	gorgonia.CUDADoer
}

// applied exposes to Gorgonia the CUDA kernel of the operation wrapped by o, so that its planner
// places it on the GPU.
func applied(o *op) gorgonia.Op {
	if k, ok := o.inner.(gorgonia.CUDADoer); ok {
		return onGPU{o, k}
	}
	return o
}
