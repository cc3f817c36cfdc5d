package layers

import (
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// moments accumulates means and variances over batches of data, separately for each cell of the
// kept axes (Chan, Golub & LeVeque 1983).
type moments struct {
	shape   graph.Shape // of the kept axes
	n       float64     // values per cell
	sum     []float64   // means
	squares []float64   // sums of squared deviations from the mean
}

func newMoments(shape graph.Shape) *moments {
	return &moments{shape: shape.Clone(), sum: make([]float64, shape.Size()), squares: make([]float64, shape.Size())}
}

// add accumulates a batch.
func (m *moments) add(data []float32, shape []int, axes []int) {
	cells := len(m.sum)
	if len(data) == 0 || cells == 0 {
		return
	}
	cell := cellsOf(shape, axes)
	n := float64(len(data) / cells)
	mean, squares := make([]float64, cells), make([]float64, cells)
	for i, v := range data {
		mean[cell(i)] += float64(v)
	}
	for c := range mean {
		mean[c] /= n
	}
	for i, v := range data {
		d := float64(v) - mean[cell(i)]
		squares[cell(i)] += d * d
	}
	total := m.n + n
	for c := range mean {
		d := mean[c] - m.sum[c]
		m.sum[c] += d * n / total
		m.squares[c] += squares[c] + d*d*m.n*n/total
	}
	m.n = total
}

func (m *moments) mean() *tensor.Tensor { return m.array(m.sum, 1) }

func (m *moments) variance() *tensor.Tensor { return m.array(m.squares, m.n) }

func (m *moments) array(v []float64, by float64) *tensor.Tensor {
	data := make([]float32, len(v))
	for i, x := range v {
		data[i] = float32(x / by)
	}
	return tensor.Of(data, m.shape...)
}

// cellsOf returns the function that maps the index of an element to the index of its cell.
// The kept axes are in ascending order.
func cellsOf(shape, axes []int) func(i int) int {
	weight := make([]int, len(shape)) // stride of each axis, in cells
	w := 1
	for k := len(axes) - 1; k >= 0; k-- {
		weight[axes[k]] = w
		w *= shape[axes[k]]
	}
	if n := len(shape); len(axes) == 1 && axes[0] == n-1 { // fast path: only the feature axis is kept
		return func(i int) int { return i % shape[n-1] }
	}
	return stepping(shape, weight)
}

// stepping returns the function that maps the index of an element to an offset, given the
// stride along each axis.
func stepping(shape, steps []int) func(i int) int {
	return func(i int) (at int) {
		for a := len(shape) - 1; a >= 0; a-- {
			at += i % shape[a] * steps[a]
			i /= shape[a]
		}
		return at
	}
}
