package kernel

import "math"

// Attend sets x = softmax(scale·x), rows of (m, n). Of each row stats gets two numbers by which
// AttendAgain does the same, top = scale·log₂e·max x with its sign turned, and the reciprocal
// of Σ 2^(scale·log₂e·x − top). scale is positive.
func Attend(x, stats []float32, scale float32, m, n int) {
	x, stats, scale = x[:m*n], stats[:2*m], scale*math.Log2E
	if f := table.attend; f != nil && len(x) > 0 {
		f(&x[0], &stats[0], scale, m, n, uintptr(n)*4)
		return
	}
	for i := range m {
		row := x[i*n : (i+1)*n]
		top := -rowMax(row) * scale
		exponentials(row, scale, top)
		by := 1 / Sum(row)
		BinaryVS(Mul, row, row, by)
		stats[2*i], stats[2*i+1] = top, by
	}
}

// exponentials sets x = 2^(scale·x + top).
func exponentials(x []float32, scale, top float32) {
	BinaryVS(Mul, x, x, scale)
	BinaryVS(Add, x, x, top)
	BinaryVS(Mul, x, x, math.Ln2)
	Unary(Exp, x, x)
}

// AttendAgain sets x to what Attend made of it when it made stats.
func AttendAgain(x, stats []float32, scale float32, m, n int) {
	x, stats, scale = x[:m*n], stats[:2*m], scale*math.Log2E
	if f := table.attendAgain; f != nil && len(x) > 0 {
		f(&x[0], &stats[0], scale, m, n, uintptr(n)*4)
		return
	}
	for i := range m {
		row := x[i*n : (i+1)*n]
		exponentials(row, scale, stats[2*i])
		BinaryVS(Mul, row, row, stats[2*i+1])
	}
}

// AttendGrad sets d = scale·y·(d − Σ d·y), rows of (m, n): the gradient of Attend's x from
// its result y and d, that of y.
func AttendGrad(d, y []float32, scale float32, m, n int) {
	d, y = d[:m*n], y[:m*n]
	if f := table.attendGrad; f != nil && len(d) > 0 {
		f(&d[0], &y[0], scale, m, n, uintptr(n)*4)
		return
	}
	for i := range m {
		row, of := d[i*n:(i+1)*n], y[i*n:(i+1)*n]
		BinaryVS(Sub, row, row, Dot(row, of))
		Binary(Mul, row, row, of)
		BinaryVS(Mul, row, row, scale)
	}
}
