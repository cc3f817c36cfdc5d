package gorgonia

import "github.com/rhyton/rhyton/graph"

// window returns the loop for an operation that moves a window over spatial axes, channels last.
func (l loops[T]) window(op graph.Op) kernel {
	switch op := op.(type) {
	case graph.Conv:
		return l.conv(op)
	case graph.ConvGradInput:
		return l.convGradInput(op)
	case graph.ConvGradFilter:
		return l.convGradFilter(op)
	case graph.Pool:
		return l.pool(op)
	case graph.PoolGrad:
		return l.poolGrad(op.Pool)
	case graph.MaxPoolGather:
		return l.poolPick(op.Pool)
	}
	return nil
}

func (l loops[T]) conv(op graph.Conv) kernel {
	return func(out any, in []any) {
		y, x, f := out.([]T), in[0].([]T), in[1].([]T)
		clear(y)
		convolve(op, l.in[0].Shape, l.in[1].Shape, l.t.Shape, func(i, c, k, o, n int) {
			y := y[o : o+n]
			for j, w := range f[k : k+n] {
				y[j] += x[i+c] * w
			}
		})
	}
}

func (l loops[T]) convGradInput(op graph.ConvGradInput) kernel {
	return func(out any, in []any) {
		dx, dy, f := out.([]T), in[0].([]T), in[1].([]T)
		clear(dx)
		convolve(op.Conv, l.t.Shape, l.in[1].Shape, l.in[0].Shape, func(i, c, k, o, n int) {
			var sum T
			for j, w := range f[k : k+n] {
				sum += dy[o+j] * w
			}
			dx[i+c] += sum
		})
	}
}

func (l loops[T]) convGradFilter(op graph.ConvGradFilter) kernel {
	return func(out any, in []any) {
		df, x, dy := out.([]T), in[0].([]T), in[1].([]T)
		clear(df)
		convolve(op.Conv, l.in[0].Shape, l.t.Shape, l.in[1].Shape, func(i, c, k, o, n int) {
			df := df[k : k+n]
			for j, d := range dy[o : o+n] {
				df[j] += x[i+c] * d
			}
		})
	}
}

// windows calls f for each spatial position y of the output and each position k of the kernel,
// with the corresponding position x of the input. It skips padding. The order is row-major.
func windows(w graph.Window, x, k, y graph.Shape, f func(x, k, y int)) {
	zero := make([]int, len(y))
	out, ker := make([]int, len(y)), make([]int, len(y))
	for o := range y.Size() {
		copy(ker, zero)
	kernel:
		for i := range k.Size() {
			at := 0
			for a := range x {
				p := out[a]*w.Strides.At[a] + ker[a]*w.Dilation.At[a] - w.Low.At[a]
				if p < 0 || p >= x[a] {
					next(ker, k)
					continue kernel
				}
				at = at*x[a] + p
			}
			f(at, i, o)
			next(ker, k)
		}
		next(out, y)
	}
}

// next advances pos in row-major order.
func next(pos []int, s graph.Shape) {
	for a := len(s) - 1; a >= 0; a-- {
		if pos[a]++; pos[a] < s[a] {
			return
		}
		pos[a] = 0
	}
}

// convolve calls f for each element i+c of the input x, with the n filter weights from k on that
// it is multiplied by and the n outputs from o on that the products are added to.
func convolve(op graph.Conv, x, k, y graph.Shape, f func(i, c, k, o, n int)) {
	r := len(x) - 1
	in, out := x[r], y[r]
	each, n := in/op.Groups, out/op.Groups
	sx, sy := x[1:r], y[1:r]
	windows(op.Window, sx, k[:r-1], sy, func(px, pk, py int) {
		for b := range x[0] {
			for c := range in {
				g := c / each
				f((b*sx.Size()+px)*in, c, (pk*each+c%each)*out+g*n, (b*sy.Size()+py)*out+g*n, n)
			}
		}
	})
}

// cells calls f for each element of the input and each element of the output whose window
// contains it.
func cells(op graph.Pool, x, y graph.Shape, f func(x, y int)) {
	r := len(x) - 1
	sx, sy := x[1:r], y[1:r]
	windows(op.Window, sx, op.Size.Shape(), sy, func(px, _, py int) {
		for b := range x[0] {
			i, o := (b*sx.Size()+px)*x[r], (b*sy.Size()+py)*x[r]
			for c := range x[r] {
				f(i+c, o+c)
			}
		}
	})
}

func (l loops[T]) pool(op graph.Pool) kernel {
	f, zero := binary[T](op.Fn, l.t.DType), neutral[T](op.Fn, l.t.DType)
	return func(out any, in []any) {
		y, x := out.([]T), in[0].([]T)
		for i := range y {
			y[i] = zero
		}
		cells(op, l.in[0].Shape, l.t.Shape, func(i, o int) { y[o] = f(y[o], x[i]) })
	}
}

// largest returns the index of the first largest element in each window of x, -1 if the window
// has none. NaN counts as the largest.
func largest[T numeric](op graph.Pool, x []T, from, to graph.Shape) []int {
	best := make([]int, to.Size())
	for o := range best {
		best[o] = -1
	}
	cells(op, from, to, func(i, o int) {
		if b := best[o]; b < 0 || x[b] == x[b] && (x[i] != x[i] || x[i] > x[b]) {
			best[o] = i
		}
	})
	return best
}

func (l loops[T]) poolGrad(op graph.Pool) kernel {
	from, to := l.in[0].Shape, l.in[1].Shape
	return func(out any, in []any) {
		dx, dy := out.([]T), in[1].([]T)
		clear(dx)
		if op.Fn == graph.Add {
			cells(op, from, to, func(i, o int) { dx[i] += dy[o] })
			return
		}
		for o, i := range largest(op, in[0].([]T), from, to) {
			if i >= 0 {
				dx[i] += dy[o]
			}
		}
	}
}

func (l loops[T]) poolPick(op graph.Pool) kernel {
	return func(out any, in []any) {
		y, u := out.([]T), in[1].([]T)
		clear(y)
		for o, i := range largest(op, in[0].([]T), l.in[0].Shape, l.t.Shape) {
			if i >= 0 {
				y[o] = u[i]
			}
		}
	}
}
