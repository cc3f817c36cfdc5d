// Package native has the operations that exist on this device alone: what the rewriting
// passes put in the place of several nodes, and what a single kernel computes. None of them is
// ever differentiated. It also says which of graph's composites have kernels.
package native
