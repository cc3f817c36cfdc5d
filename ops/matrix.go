package ops

import "github.com/rhyton/rhyton/graph"

// Diag returns the square matrix whose k-th diagonal is the vector x or, if x is a matrix, its
// k-th diagonal.
func Diag(x N, k int) N {
	switch x.Rank() {
	case 1:
		return diagonalMatrix(x, k)
	case 2:
		return Diagonal(x, k)
	}
	graph.Errorf("diag: got %v; want a vector or a matrix", x.Shape)
	return nil
}

// DiagFlat returns the square matrix whose k-th diagonal has all elements of x.
func DiagFlat(x N, k int) N { return diagonalMatrix(Ravel(x), k) }

// diagonalMatrix puts vectors (…, n) on the k-th diagonals of matrices (…, n+|k|, n+|k|).
func diagonalMatrix(x N, k int) N {
	low, high := make([]int, x.Rank()), make([]int, x.Rank())
	low[x.Rank()-1] = max(k, 0)
	high[x.Rank()-1] = max(-k, 0)
	row := ExpandDims(Pad(x, low, high, 0), -2)
	n := row.Shape[row.Rank()-1]
	return Where(band(x.Graph(), n, n, k, graph.Equal), row, Scalar(x, 0))
}

// Diagonal returns the k-th diagonals of the matrices of the last two axes: (…, m, n) to
// (…, length).
func Diagonal(x N, k int) N {
	if x.Rank() < 2 {
		graph.Errorf("diagonal: got %v; want at least two axes", x.Shape)
	}
	r := x.Rank()
	m, n := x.Shape[r-2], x.Shape[r-1]
	length := max(min(m-max(-k, 0), n-max(k, 0)), 0)
	x.Graph().Table("diagonal", length)
	at := make([]int, length)
	for i := range at {
		at[i] = (i+max(-k, 0))*n + i + max(k, 0)
	}
	flat := Reshape(x, append(x.Shape[:r-2].Clone(), m*n)...)
	if length == 0 {
		return cut(flat, r-2, 0, 0)
	}
	s := append(x.Shape[:r-2].Clone(), length)
	step := 1
	if length > 1 {
		step = n + 1
	}
	o := graph.Slice{Start: graph.RepeatDim(r-1, 0), Stop: graph.DimsOf(flat.Shape), Step: graph.RepeatDim(r-1, 1)}
	o.Start.At[r-2], o.Stop.At[r-2], o.Step.At[r-2] = at[0], at[length-1]+1, step
	return Reshape(graph.Apply(o, flat), s...)
}

// DiagonalOf returns the k-th diagonals of the matrices of axes a and b, as the last axis.
func DiagonalOf(x N, k, a, b int) N {
	a, b = Axis(x, a), Axis(x, b)
	if a == b {
		graph.Errorf("diagonal: axes %d and %d are the same", a, b)
	}
	perm := []int{}
	for i := range x.Rank() {
		if i != a && i != b {
			perm = append(perm, i)
		}
	}
	return Diagonal(Transpose(x, append(perm, a, b)...), k)
}

// Trace returns the sums of the k-th diagonals of the matrices of the last two axes.
func Trace(x N, k int) N { return Sum(Diagonal(x, k), -1) }

// Tril returns the matrices of the last two axes with zeros above the k-th diagonal.
func Tril(x N, k int) N { return triangle(x, k, graph.LessEqual) }

// Triu returns the matrices of the last two axes with zeros below the k-th diagonal.
func Triu(x N, k int) N { return triangle(x, k, graph.GreaterEqual) }

func triangle(x N, k int, f graph.Fn) N {
	if x.Rank() < 2 {
		graph.Errorf("triangle: got %v; want at least two axes", x.Shape)
	}
	r := x.Rank()
	return Where(band(x.Graph(), x.Shape[r-2], x.Shape[r-1], k, f), x, Scalar(x, 0))
}

// Outer returns a[i]·b[j] of all elements of a and b.
func Outer(a, b N) N { return Multiply(Reshape(a, -1, 1), Reshape(b, 1, -1)) }

// Inner returns the sums of products over the last axes of a and b: (a…, b…).
func Inner(a, b N) N {
	if a.Rank() == 0 || b.Rank() == 0 {
		return Multiply(a, b)
	}
	return TensordotAxes(a, b, []int{-1}, []int{-1})
}

// VDot returns the sum of the products of all elements.
func VDot(a, b N) N { return Sum(Multiply(Ravel(a), Ravel(b))) }

// Dot multiplies as NumPy's dot: over the last axis of a and the last but one of b (the
// only one of a vector); a scalar scales.
func Dot(a, b N) N {
	switch {
	case a.Rank() == 0 || b.Rank() == 0:
		return Multiply(a, b)
	case b.Rank() == 1:
		return TensordotAxes(a, b, []int{-1}, []int{0})
	}
	return TensordotAxes(a, b, []int{-1}, []int{-2})
}

// Tensordot sums products over the last n axes of a and the first n of b.
func Tensordot(a, b N, n int) N {
	if n < 0 || n > a.Rank() || n > b.Rank() {
		graph.Errorf("tensordot: over %d axes of %v and %v", n, a.Shape, b.Shape)
	}
	var ax, bx []int
	for i := range n {
		ax, bx = append(ax, a.Rank()-n+i), append(bx, i)
	}
	return TensordotAxes(a, b, ax, bx)
}

// TensordotAxes sums products over the axes ax of a, paired with the axes bx of b. The
// result has the other axes of a, then those of b.
func TensordotAxes(a, b N, ax, bx []int) N {
	if len(ax) != len(bx) {
		graph.Errorf("tensordot: axes %v of %v with %v of %v", ax, a.Shape, bx, b.Shape)
	}
	a, b = promote(a, b)
	aKeep, aSum := partition(a, ax)
	bKeep, bSum := partition(b, bx)
	k := 1
	to := []int{}
	for i := range aSum {
		if a.Shape[aSum[i]] != b.Shape[bSum[i]] {
			graph.Errorf("tensordot: axis %d of %v and axis %d of %v differ", aSum[i], a.Shape, bSum[i], b.Shape)
		}
		k *= a.Shape[aSum[i]]
	}
	for _, i := range aKeep {
		to = append(to, a.Shape[i])
	}
	for _, i := range bKeep {
		to = append(to, b.Shape[i])
	}
	m, n := a.Shape.Size()/max(k, 1), b.Shape.Size()/max(k, 1)
	left := Reshape(transposed(a, append(aKeep, aSum...)), m, k)
	right := Reshape(transposed(b, append(bSum, bKeep...)), k, n)
	return Reshape(graph.Apply(graph.MatMul{}, left, right), to...)
}

func transposed(x N, perm []int) N {
	if len(perm) == 0 {
		return x
	}
	return Transpose(x, perm...)
}

// partition returns the axes of x that are not among axes, and those that are, from the front.
func partition(x N, axes []int) (keep, sum []int) {
	in := map[int]bool{}
	for _, a := range axes {
		a = Axis(x, a)
		if in[a] {
			graph.Errorf("axis %d is named twice in %v", a, axes)
		}
		in[a] = true
		sum = append(sum, a)
	}
	for i := range x.Rank() {
		if !in[i] {
			keep = append(keep, i)
		}
	}
	return keep, sum
}

// Cross returns the cross products of vectors along the last axis. They have 3 elements, or 2
// with an implied third element of 0; for two vectors of 2 elements the result is the third
// component.
func Cross(a, b N) N {
	a, b = promote(a, b)
	da, db := a.Shape[Axis(a, -1)], b.Shape[Axis(b, -1)]
	if da < 2 || da > 3 || db < 2 || db > 3 {
		graph.Errorf("cross: got %v and %v; want last axes of 2 or 3", a.Shape, b.Shape)
	}
	at := func(x N, d, i int) N {
		if i >= d {
			return ZerosLike(Index(x, -1, 0))
		}
		return Index(x, -1, i)
	}
	part := func(i, j int) N {
		return Subtract(Multiply(at(a, da, i), at(b, db, j)), Multiply(at(a, da, j), at(b, db, i)))
	}
	if da == 2 && db == 2 {
		return part(0, 1)
	}
	return Stack(-1, part(1, 2), part(2, 0), part(0, 1))
}

// Kron returns the Kronecker product: each element of a times b.
func Kron(a, b N) N {
	r := max(a.Rank(), b.Rank())
	a, b = atLeast(r, []N{a})[0], atLeast(r, []N{b})[0]
	var sa, sb, to []int
	for i := range r {
		sa, sb = append(sa, a.Shape[i], 1), append(sb, 1, b.Shape[i])
		to = append(to, a.Shape[i]*b.Shape[i])
	}
	return Reshape(Multiply(Reshape(a, sa...), Reshape(b, sb...)), to...)
}

// Vander returns the Vandermonde matrix of the vector x: columns x^(n-1), …, x, 1.
func Vander(x N, n int) N {
	if x.Rank() != 1 || n < 1 {
		graph.Errorf("vander: %d columns of %v; want a vector and at least one", n, x.Shape)
	}
	cols := []N{OnesLike(x)}
	for range n - 1 {
		cols = append(cols, Multiply(cols[len(cols)-1], x))
	}
	return Flip(Stack(-1, cols...), -1)
}

// Diff returns the n-th differences along axis: x[i+1] - x[i], n times.
func Diff(x N, n, axis int) N {
	a := Axis(x, axis)
	for range n {
		d := x.Shape[a]
		if d == 0 {
			return x
		}
		x = Subtract(cut(x, a, 1, d), cut(x, a, 0, d-1))
	}
	return x
}

// Trapezoid integrates y along axis by the trapezoidal rule with steps of dx.
func Trapezoid(y N, dx float64, axis int) N {
	a := Axis(y, axis)
	d := y.Shape[a]
	return Scale(Sum(Add(cut(y, a, 1, d), cut(y, a, 0, d-1)), a), dx/2)
}

// TrapezoidAt integrates y along axis by the trapezoidal rule at the points x, which
// broadcast to y.
func TrapezoidAt(y, x N, axis int) N {
	a := Axis(y, axis)
	if x.Rank() == 1 && y.Rank() > 1 {
		s := make([]int, y.Rank())
		for i := range s {
			s[i] = 1
		}
		s[a] = -1
		x = Reshape(x, s...)
	}
	d := y.Shape[a]
	mean := Scale(Add(cut(y, a, 1, d), cut(y, a, 0, d-1)), .5)
	return Sum(Multiply(Diff(x, 1, a-y.Rank()), mean), a)
}

// Correlate returns Σₖ a[i+k]·v[k] of two vectors, for all i where v lies within a ("valid").
func Correlate(a, v N) N {
	a, v = promote(float(a), float(v))
	if a.Rank() != 1 || v.Rank() != 1 || a.Shape[0] < v.Shape[0] {
		graph.Errorf("correlate: got %v and %v; want two vectors, the second not longer than the first", a.Shape, v.Shape)
	}
	return Ravel(Conv{}.Of(Reshape(a, 1, -1, 1), Reshape(v, -1, 1, 1)))
}

// CDist returns the Euclidean distances between the rows of x (…, m, k) and y (…, n, k): (…, m,
// n).
func CDist(x, y N) N {
	x, y = promote(float(x), float(y))
	return Norm(Subtract(ExpandDims(x, -2), ExpandDims(y, -3)), -1)
}
