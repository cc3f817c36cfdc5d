package example

import (
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/tensor"
)

// Pairs plots each pair of features of a table against each other, colored by class.
func Pairs(t *datasets.Table) (figures []plots.Figure) {
	v, _ := tensor.As[float64](t.X)
	n := len(t.Features)
	column := func(k int) (c []float64) {
		for i := k; i < len(v); i += n {
			c = append(c, v[i])
		}
		return c
	}
	for i := range n {
		for j := i + 1; j < n; j++ {
			figures = append(figures, plots.Figure{X: t.Features[i], Y: t.Features[j], Marks: []plots.Mark{
				plots.Points{X: column(i), Y: column(j), Class: Labels(t.Y), Names: t.Classes}}})
		}
	}
	return figures
}
