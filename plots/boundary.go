package plots

import (
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/palette"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// cells is the number of samples of the plane along each axis.
const cells = 160

// Regions colors the plane by the class that a model predicts for each point: the decision
// regions.
type Regions struct {
	XMin, XMax, YMin, YMax float64
	Class                  func(x, y []float64) []int // the classes, from 0, of all points, in one call
}

func (r Regions) add(p *panel, _ int) error {
	field, err := sample(r.XMin, r.XMax, r.YMin, r.YMax, func(x, y []float64) []float64 {
		var out []float64
		for _, c := range r.Class(x, y) {
			out = append(out, float64(c))
		}
		return out
	})
	if err != nil {
		return err
	}
	lo, hi := field.span()
	if lo < 0 {
		return fmt.Errorf("class %v: want 0 or more", lo)
	}
	var list colourList
	for k := int(lo); k <= int(hi); k++ {
		list = append(list, faint(colour(k), 60))
	}
	p.heat(field, list, lo-.5, hi+.5)
	return nil
}

// Boundary colors the plane by a model's output, such as the probability of class 1, and draws
// the line where it equals Level: the decision boundary.
type Boundary struct {
	Name                   string // name of the line in the legend
	XMin, XMax, YMin, YMax float64
	Value                  func(x, y []float64) []float64 // the values of all points, in one call
	Level                  *float64                       // nil: 0.5
	LineOnly               bool                           // no colors
}

func (b Boundary) add(p *panel, _ int) error {
	field, err := sample(b.XMin, b.XMax, b.YMin, b.YMax, b.Value)
	if err != nil {
		return err
	}
	level := .5
	if b.Level != nil {
		level = *b.Level
	}
	lo, hi := field.span()
	if !b.LineOnly {
		// symmetric about the level, so that white is at the level
		reach := math.Max(math.Max(hi-level, level-lo), 1e-12)
		p.heat(field, diverging(64), level-reach, level+reach)
	}
	if lo < level && level < hi {
		line := plotter.NewContour(field, []float64{level}, colourList{black})
		line.LineStyles[0].Width = vg.Points(1.4)
		p.Add(line)
		thumb, err := plotter.NewLine(plotter.XYs{{}, {}})
		if err != nil {
			return err
		}
		thumb.Color, thumb.Width = black, 1.4
		p.named(b.Name, thumb)
	}
	return nil
}

func (p *panel) heat(f field, list palette.Palette, lo, hi float64) {
	m := plotter.NewHeatMap(f, list)
	m.Min, m.Max, m.Rasterized = lo, hi, true
	m.Underflow, m.Overflow = list.Colors()[0], list.Colors()[len(list.Colors())-1] // rounding may exceed the ends
	p.Add(m)
	p.bounds = []float64{f.x[0], f.x[len(f.x)-1], f.y[0], f.y[len(f.y)-1]}
}

// A field holds values on a grid.
type field struct {
	x, y, z []float64 // z: row by row, in order of x
}

func (f field) Dims() (c, r int)   { return len(f.x), len(f.y) }
func (f field) Z(c, r int) float64 { return f.z[r*len(f.x)+c] }
func (f field) X(c int) float64    { return f.x[c] }
func (f field) Y(r int) float64    { return f.y[r] }

// span returns the minimum and maximum value.
func (f field) span() (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, v := range f.z {
		lo, hi = math.Min(lo, v), math.Max(hi, v)
	}
	return lo, hi
}

// sample evaluates value over the plane, all points in one call.
func sample(x0, x1, y0, y1 float64, value func(x, y []float64) []float64) (field, error) {
	if !(x0 < x1 && y0 < y1) {
		return field{}, errRange
	}
	f := field{x: ramp(x0, x1), y: ramp(y0, y1)}
	var xs, ys []float64
	for _, y := range f.y {
		for _, x := range f.x {
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	f.z = value(xs, ys)
	if len(f.z) != len(xs) {
		return f, fmt.Errorf("the function gave %d values for %d points", len(f.z), len(xs))
	}
	for i, v := range f.z {
		if !finite(v) {
			return f, fmt.Errorf("the function gave %v at (%.4g, %.4g)", v, xs[i], ys[i])
		}
	}
	return f, nil
}

func ramp(lo, hi float64) []float64 {
	s := make([]float64, cells)
	for i := range s {
		s[i] = lo + (hi-lo)*float64(i)/(cells-1)
	}
	return s
}

// colourList is a palette.
type colourList []color.Color

// Colors implements palette.Palette.
func (l colourList) Colors() []color.Color { return l }

// diverging returns n colors from light blue through white to light red.
func diverging(n int) (l colourList) {
	for i := range n {
		t := 2*float64(i)/float64(n-1) - 1
		c := blue
		if t > 0 {
			c = red
		}
		a := .55 * math.Abs(t)
		mix := func(v uint8) uint8 { return uint8(255 + a*(float64(v)-255)) }
		l = append(l, color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 255})
	}
	return l
}
