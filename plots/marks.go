package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Line connects the points (X[i], Y[i]) in order, with a gap where a value is not finite.
type Line struct {
	Name   string    // for the legend; not listed if empty
	X, Y   []float64 // of equal length; X nil: 0, 1, 2, …
	Dashed bool
	Dots   bool // also mark each point
}

func (l Line) add(p *panel, n int) error {
	parts, err := pieces(l.X, l.Y)
	if err != nil {
		return err
	}
	return p.line(parts, lineLook{name: l.Name, n: n, dashed: l.Dashed, dots: l.Dots})
}

// lineLook is the style of a line.
type lineLook struct {
	name         string
	n            int // index of its color
	dashed, dots bool
	faint        bool // behind more important marks
	width        vg.Length
}

// line draws the segments of a line.
func (p *panel) line(parts []plotter.XYs, look lineLook) error {
	for i, xys := range parts {
		line, points, err := plotter.NewLinePoints(thinned(xys))
		if err != nil {
			return err
		}
		line.Color, line.Width = colour(look.n), 1.6
		if look.width > 0 {
			line.Width = look.width
		}
		if look.faint {
			line.Color = faint(colour(look.n), 120)
		}
		if look.dashed {
			line.Dashes = dashes[1]
		}
		points.Shape, points.Color, points.Radius = draw.CircleGlyph{}, colour(look.n), 1.8
		p.Add(line)
		if look.dots || len(xys) == 1 {
			p.Add(points)
		}
		if i == 0 {
			p.named(look.name, line)
		}
	}
	return nil
}

// most is the number of points of a line that can be distinguished on a page; with more, dashes
// blur.
const most = 1000

// thinned reduces the number of points by keeping the minimum and maximum of each stretch, so
// that the line looks the same.
func thinned(xys plotter.XYs) plotter.XYs {
	if len(xys) <= most {
		return xys
	}
	out := plotter.XYs{xys[0]}
	for k := range most / 2 {
		lo, hi := 1+k*(len(xys)-2)/(most/2), 1+(k+1)*(len(xys)-2)/(most/2)
		low, high := lo, lo
		for i := lo; i < hi; i++ {
			if xys[i].Y < xys[low].Y {
				low = i
			}
			if xys[i].Y > xys[high].Y {
				high = i
			}
		}
		out = append(out, xys[min(low, high)])
		if low != high {
			out = append(out, xys[max(low, high)])
		}
	}
	return append(out, xys[len(xys)-1])
}

// pieces splits a line where a point is not finite.
func pieces(x, y []float64) (parts []plotter.XYs, err error) {
	if x != nil && len(x) != len(y) {
		return nil, fmt.Errorf("%d values of x and %d of y: want as many", len(x), len(y))
	}
	var part plotter.XYs
	for i := range y {
		at := float64(i)
		if x != nil {
			at = x[i]
		}
		if finite(at) && finite(y[i]) {
			part = append(part, plotter.XY{X: at, Y: y[i]})
			continue
		}
		if part != nil {
			parts, part = append(parts, part), nil
		}
	}
	if part != nil {
		parts = append(parts, part)
	}
	return parts, nil
}

// Points draws dots at (X[i], Y[i]), with a color and shape for each class.
type Points struct {
	Name  string    // for the legend, if Class is nil
	X, Y  []float64 // of equal length
	Class []int     // from 0; nil: a single class
	Names []string  // class names for the legend; nil: "0", "1", …
	Size  float64   // radius in points; 0 means 2.5
}

// shapes distinguish classes without color.
var shapes = []draw.GlyphDrawer{haloed{draw.CircleGlyph{}}, haloed{draw.BoxGlyph{}}, haloed{draw.PyramidGlyph{}}, draw.PlusGlyph{}, draw.CrossGlyph{}, draw.TriangleGlyph{}}

// haloed is a shape with a white edge, which separates it from a background of its color and from
// other shapes that it overlaps.
type haloed struct{ draw.GlyphDrawer }

// DrawGlyph implements [draw.GlyphDrawer].
func (h haloed) DrawGlyph(c *draw.Canvas, style draw.GlyphStyle, at vg.Point) {
	edge := style
	edge.Radius += .8
	c.SetColor(white)
	h.GlyphDrawer.DrawGlyph(c, edge, at)
	c.SetColor(style.Color)
	h.GlyphDrawer.DrawGlyph(c, style, at)
}

func (s Points) add(p *panel, n int) error {
	if len(s.X) != len(s.Y) || (s.Class != nil && len(s.Class) != len(s.X)) {
		return fmt.Errorf("%d values of x, %d of y, %d classes: want as many", len(s.X), len(s.Y), len(s.Class))
	}
	groups, names := map[int]plotter.XYs{}, []string{s.Name}
	top := 0
	for i := range s.X {
		k := 0
		if s.Class != nil {
			k = s.Class[i]
		}
		if k < 0 {
			return fmt.Errorf("class %d of point %d: want 0 or more", k, i)
		}
		if finite(s.X[i]) && finite(s.Y[i]) {
			groups[k] = append(groups[k], plotter.XY{X: s.X[i], Y: s.Y[i]})
			top = max(top, k)
		}
	}
	if s.Class != nil {
		names, n = classNames(top+1, s.Names), 0
	}
	for k := 0; k <= top; k++ {
		if len(groups[k]) == 0 {
			continue
		}
		dots, err := plotter.NewScatter(groups[k])
		if err != nil {
			return err
		}
		dots.Color, dots.Shape, dots.Radius = colour(n+k), shapes[k%len(shapes)], 2.5
		if s.Size > 0 {
			dots.Radius = vg.Length(s.Size)
		}
		p.Add(dots)
		p.named(names[k], dots)
	}
	return nil
}

// classNames extends names to n names.
func classNames(n int, names []string) []string {
	out := make([]string, n)
	for i := range out {
		if out[i] = fmt.Sprint(i); i < len(names) {
			out[i] = names[i]
		}
	}
	return out
}

var errRange = errors.New("want XMin below XMax and YMin below YMax")
