package ops

import "github.com/rhyton/rhyton/graph"

// KeepDims reduces over the given axes and keeps them with extent 1: KeepDims{-1}.Sum(x). An
// empty KeepDims reduces over all axes.
type KeepDims []int

func (k KeepDims) reduce(f graph.Fn, x N) N {
	return graph.Apply(graph.Reduce{Fn: f, Axes: k.bits(x)}, x)
}

func (k KeepDims) bits(x N) (bits uint32) {
	if len(k) == 0 {
		return 1<<x.Rank() - 1
	}
	for _, a := range k {
		bits |= 1 << Axis(x, a)
	}
	return bits
}

// count returns the number of elements of x reduced to one.
func (k KeepDims) count(x N) int {
	n, bits := 1, k.bits(x)
	for i, d := range x.Shape {
		if bits>>i&1 != 0 {
			n *= d
		}
	}
	return n
}

// Sum returns the sums over the axes.
func (k KeepDims) Sum(x N) N { return k.reduce(graph.Add, number(x)) }

// Prod returns the products over the axes.
func (k KeepDims) Prod(x N) N { return k.reduce(graph.Mul, number(x)) }

// Max returns the largest elements over the axes; true is larger than false.
func (k KeepDims) Max(x N) N {
	if x.DType == graph.Bool {
		return k.Any(x)
	}
	return k.reduce(graph.Max, x)
}

// Min returns the smallest elements over the axes.
func (k KeepDims) Min(x N) N {
	if x.DType == graph.Bool {
		return k.All(x)
	}
	return k.reduce(graph.Min, x)
}

// Mean returns the means over the axes.
func (k KeepDims) Mean(x N) N {
	x = float(x)
	return Scale(k.Sum(x), 1/float64(k.count(x)))
}

// Var returns the population variances over the axes.
func (k KeepDims) Var(x N) N {
	// Centered twice: for large numbers the rounding error of the first mean would matter.
	c := Subtract(float(x), StopGradient(k.Mean(x)))
	return k.Mean(Square(Subtract(c, k.Mean(c))))
}

// Std returns the population standard deviations over the axes.
func (k KeepDims) Std(x N) N { return sqrtFlat(k.Var(x)) }

// All returns whether all elements along the axes are true.
func (k KeepDims) All(x N) N { return k.reduce(graph.And, truth(x)) }

// Any returns whether any element along the axes is true.
func (k KeepDims) Any(x N) N { return k.reduce(graph.Or, truth(x)) }

// drop removes the reduced axes of y, the reduction of x.
func (k KeepDims) drop(x, y N) N {
	bits := k.bits(x)
	s := []int{}
	for i, d := range y.Shape {
		if bits>>i&1 == 0 {
			s = append(s, d)
		}
	}
	return Reshape(y, s...)
}

// number returns bools and bytes as int32, other values as they are.
func number(x N) N {
	if x.DType == graph.Bool || x.DType == graph.Uint8 {
		return Cast(x, graph.Int32)
	}
	return x
}

// Sum returns the sum over the given axes, which are removed; over all axes if none is given.
func Sum(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Sum(x)) }

// Prod returns the product over the given axes.
func Prod(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Prod(x)) }

// Max returns the largest element over the given axes.
func Max(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Max(x)) }

// Min returns the smallest element over the given axes.
func Min(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Min(x)) }

// Mean returns the mean over the given axes.
func Mean(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Mean(x)) }

// Var returns the population variance over the given axes.
func Var(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Var(x)) }

// Std returns the population standard deviation over the given axes. Where it is 0, its gradient
// is 0.
func Std(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Std(x)) }

// All returns whether all elements over the given axes are true.
func All(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).All(x)) }

// Any returns whether any element along the given axes is true.
func Any(x N, axes ...int) N { return KeepDims(axes).drop(x, KeepDims(axes).Any(x)) }

// ArgMax returns the index (int32) of the first largest element along axis, which is removed.
func ArgMax(x N, axis int) N { return arg(graph.Max, x, axis) }

// ArgMin returns the index (int32) of the first smallest element along axis.
func ArgMin(x N, axis int) N { return arg(graph.Min, x, axis) }

func arg(f graph.Fn, x N, axis int) N {
	a := Axis(x, axis)
	return Squeeze(graph.Apply(graph.ArgReduce{Fn: f, Axis: a}, x), a)
}

// CumSum returns the cumulative sums along axis.
func CumSum(x N, axis int) N {
	return graph.Apply(graph.Cumulate{Fn: graph.Add, Axis: Axis(x, axis)}, number(x))
}

// CumProd returns the cumulative products along axis.
func CumProd(x N, axis int) N {
	return graph.Apply(graph.Cumulate{Fn: graph.Mul, Axis: Axis(x, axis)}, number(x))
}
