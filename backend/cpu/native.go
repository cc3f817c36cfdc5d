package cpu

import "github.com/rhyton/rhyton/graph"

// native reports whether there are kernels for a composite.
func native(op graph.Op) bool { return false }

// composite emits the composites that are native.
func (s *scope) composite(n *graph.Node) bool { return false }
