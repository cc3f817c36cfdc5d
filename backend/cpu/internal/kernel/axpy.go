package kernel

// Axpy does y += a·x.
func Axpy(y []float32, a float32, x []float32) {
	x = x[:len(y)]
	if f := table.axpy; f != nil && len(y) > 0 {
		f(&y[0], &x[0], a, len(y))
		return
	}
	for i, v := range x {
		y[i] += a * v
	}
}
