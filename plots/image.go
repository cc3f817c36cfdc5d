package plots

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
)

// Images shows small images in a grid: a layer's filters or weights, or samples of a data set.
// Values are shades of gray from the overall minimum (white) to the maximum (black); with Signed,
// blue is negative, white 0 and red positive.
type Images struct {
	Width, Height int         // of each image
	Pixels        [][]float64 // row-major, one slice per image
	Columns       int         // images per row; 0: as square as possible
	Signed        bool
}

func (m Images) add(p *panel, _ int) error {
	w, h, n := m.Width, m.Height, len(m.Pixels)
	if w <= 0 || h <= 0 || n == 0 {
		return fmt.Errorf("%d images of %dx%d: want some", n, w, h)
	}
	cols := m.Columns
	if cols <= 0 {
		cols = int(math.Ceil(math.Sqrt(float64(n))))
	}
	rows := (n + cols - 1) / cols
	zoom := max(8, 640/(cols*(w+1))) // dots per pixel: large enough that a viewer's scaling does not blur
	out := image.NewNRGBA(image.Rect(0, 0, zoom*(cols*(w+1)+1), zoom*(rows*(h+1)+1)))
	draw.Draw(out, out.Bounds(), image.NewUniform(gridGrey), image.Point{}, draw.Src)
	reach := m.reach()
	for k, px := range m.Pixels {
		if len(px) != w*h {
			return fmt.Errorf("image %d has %d pixels, want %dx%d", k, len(px), w, h)
		}
		for i, v := range px {
			x, y := zoom*((k%cols)*(w+1)+1+i%w), zoom*((k/cols)*(h+1)+1+i/w)
			fill(out, x, y, zoom, m.shade(v, reach))
		}
	}
	p.picture(out)
	return nil
}

// reach returns the minimum and maximum value to be shown.
func (m Images) reach() (r [2]float64) {
	r = [2]float64{math.Inf(1), math.Inf(-1)}
	for _, px := range m.Pixels {
		for _, v := range px {
			if finite(v) {
				r[0], r[1] = math.Min(r[0], v), math.Max(r[1], v)
			}
		}
	}
	if m.Signed {
		far := math.Max(math.Abs(r[0]), math.Abs(r[1]))
		r = [2]float64{-far, far}
	}
	return r
}

func (m Images) shade(v float64, reach [2]float64) color.Color {
	t := (v - reach[0]) / math.Max(reach[1]-reach[0], math.SmallestNonzeroFloat64)
	switch {
	case !finite(v):
		return color.NRGBA{255, 0, 255, 255}
	case m.Signed:
		return signed[int(t*float64(len(signed)-1)+.5)]
	}
	g := uint8(255 * (1 - t))
	return color.NRGBA{g, g, g, 255}
}

var signed = strong(101)

// strong returns n colors from blue through white to red.
func strong(n int) (l colourList) {
	for i := range n {
		t := 2*float64(i)/float64(n-1) - 1
		c := blue
		if t > 0 {
			c = red
		}
		mix := func(v uint8) uint8 { return uint8(255 + math.Abs(t)*(float64(v)-255)) }
		l = append(l, color.NRGBA{mix(c.R), mix(c.G), mix(c.B), 255})
	}
	return l
}

func fill(img *image.NRGBA, x0, y0, size int, c color.Color) {
	for y := range size {
		for x := range size {
			img.Set(x0+x, y0+y, c)
		}
	}
}

// picture fills the panel with an image and hides the axes.
func (p *panel) picture(img image.Image) {
	b := img.Bounds()
	p.bounds = []float64{0, float64(b.Dx()), 0, float64(b.Dy())}
	p.grid.Vertical.Color, p.grid.Horizontal.Color = nil, nil
	p.Add(plotter.NewImage(img, 0, 0, float64(b.Dx()), float64(b.Dy())))
	p.equal = true
	p.aspect = float64(b.Dy()) / float64(b.Dx())
	p.HideAxes()
}

// Confusion shows how often each true class (row) was predicted as each class (column): the
// count, on a background shaded by its fraction of the row.
type Confusion struct {
	Counts [][]int  // [true][predicted]
	Names  []string // class names; nil: "0", "1", …
}

func (c Confusion) add(p *panel, _ int) error {
	n := len(c.Counts)
	names := classNames(n, c.Names)
	labels := plotter.XYLabels{}
	for i, row := range c.Counts {
		if len(row) != n {
			return fmt.Errorf("row %d has %d counts, want %d", i, len(row), n)
		}
		sum := 0
		for _, v := range row {
			sum += v
		}
		for j, v := range row {
			share := float64(v) / float64(max(sum, 1))
			x, y := float64(j), float64(n-1-i)
			tone := faint(red, uint8(20+200*share))
			if i == j {
				tone = faint(blue, uint8(20+200*share))
			}
			if v == 0 {
				tone = color.NRGBA{248, 248, 248, 255}
			}
			if err := p.square(x, y, tone); err != nil {
				return err
			}
			labels.XYs = append(labels.XYs, plotter.XY{X: x, Y: y})
			labels.Labels = append(labels.Labels, strconv.Itoa(v))
		}
	}
	if err := p.labelled(labels, n, names); err != nil {
		return err
	}
	p.equal = n > 0
	p.bounds = []float64{-.5, float64(n) - .5, -.5, float64(n) - .5}
	p.grid.Vertical.Color, p.grid.Horizontal.Color = nil, nil
	p.X.Label.Text, p.Y.Label.Text = orText(p.X.Label.Text, "predicted"), orText(p.Y.Label.Text, "true")
	return nil
}

// square fills the unit square around a point.
func (p *panel) square(x, y float64, tone color.Color) error {
	s, err := plotter.NewPolygon(plotter.XYs{{X: x - .5, Y: y - .5}, {X: x + .5, Y: y - .5}, {X: x + .5, Y: y + .5}, {X: x - .5, Y: y + .5}})
	if err != nil {
		return err
	}
	s.Color, s.LineStyle.Color, s.LineStyle.Width = tone, white, .8
	p.Add(s)
	return nil
}

// labelled writes the counts and the names of the classes.
func (p *panel) labelled(labels plotter.XYLabels, n int, names []string) error {
	l, err := plotter.NewLabels(labels)
	if err != nil {
		return err
	}
	size := math.Max(5, math.Min(10, 90/float64(max(n, 1))))
	for i := range l.TextStyle {
		s := &l.TextStyle[i]
		sans(s, size)
		s.XAlign, s.YAlign, s.Color = text.XCenter, text.YCenter, black
		if labels.Labels[i] == "0" {
			s.Color = faint(axisGrey, 120)
		}
	}
	p.Add(l)
	var x, y []plot.Tick
	for i, name := range names {
		x = append(x, plot.Tick{Value: float64(i), Label: name})
		y = append(y, plot.Tick{Value: float64(n - 1 - i), Label: name})
	}
	p.X.Tick.Marker, p.Y.Tick.Marker = plot.ConstantTicks(x), plot.ConstantTicks(y)
	p.X.Tick.Length, p.Y.Tick.Length, p.X.LineStyle.Width, p.Y.LineStyle.Width = 0, 0, 0, 0
	return nil
}

func orText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
