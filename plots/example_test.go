package plots_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"

	"github.com/rhyton/rhyton/plots"
)

// Points and a line fitted to them.
func ExampleSave() {
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	x := []float64{0, 1, 2, 3}
	err = plots.Save(filepath.Join(dir, "line.png"), plots.Figure{Title: "A line", X: "x", Y: "y", Marks: []plots.Mark{
		plots.Points{Name: "data", X: x, Y: []float64{1.1, 2.9, 5.2, 6.8}},
		plots.Line{Name: "fit", X: x, Y: []float64{1, 3, 5, 7}},
	}})
	fmt.Println(err)
	// Output: <nil>
}

// The plane colored by a model's probability, with the line where it is one half.
func ExampleBoundary() {
	probability := func(x, y []float64) []float64 {
		p := make([]float64, len(x))
		for i := range p {
			p[i] = 1 / (1 + math.Exp(y[i]-x[i]*x[i]))
		}
		return p
	}
	dir, err := os.MkdirTemp("", "plots")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	fmt.Println(plots.Save(filepath.Join(dir, "boundary.svg"), plots.Figure{Marks: []plots.Mark{
		plots.Boundary{Name: "p = 0.5", XMin: -2, XMax: 2, YMin: -1, YMax: 3, Value: probability},
	}}))
	// Output: <nil>
}
