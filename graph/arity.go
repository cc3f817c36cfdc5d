package graph

// arity returns the number of operands of a primitive, or -1 if op checks it itself.
func arity(op Op) int {
	switch op.(type) {
	case Input, Read, Const, Literal, Iota, Random:
		return 0
	case Unary, Cast, StopGradient, Result, Broadcast, Reshape, Transpose, Slice, Pad, Reverse,
		Reduce, ArgReduce, Cumulate, ArgSort, Pool:
		return 1
	case Barrier, Binary, Compare, Gather, MatMul, Conv, ConvGradInput, ConvGradFilter, PoolGrad, MaxPoolGather:
		return 2
	case Select, Scatter:
		return 3
	}
	return -1 // Concat, Scan, composites
}
