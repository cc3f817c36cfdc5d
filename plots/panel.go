package plots

import (
	"errors"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A panel is a plot with a legend to the right of the data, which hides none of it.
type panel struct {
	*plot.Plot
	title  string
	legend []entry
	grid   *plotter.Grid
	equal  bool      // the same scale on both axes
	bounds []float64 // XMin, XMax, YMin, YMax of a mark that fills the plane
	weight vg.Length // weight of its height among the rows; 1 if 0
	aspect float64   // ratio of height to width of a picture with fixed proportions; 0 for content that fills its panel
}

// height returns the height that the panel needs on a page, at the given width.
func (p *panel) height(width vg.Length) vg.Length {
	const full, title, edges = 4.2 * vg.Inch, 21, 24
	if p.aspect == 0 {
		return full
	}
	return min(full, width*vg.Length(p.aspect)+title+edges)
}

type entry struct {
	name  string
	thumb plot.Thumbnailer
}

func newPanel(title, x, y string) *panel {
	p := &panel{Plot: plot.New(), title: title, grid: plotter.NewGrid()}
	p.X.Label.Text, p.Y.Label.Text = x, y
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		sans(&a.Label.TextStyle, 10)
		sans(&a.Tick.Label, 9)
		a.LineStyle.Color, a.Tick.LineStyle.Color = axisGrey, axisGrey
		a.LineStyle.Width, a.Tick.LineStyle.Width = .6, .6
		a.Padding, a.Tick.Marker = 4, roundTicks{}
	}
	p.grid.Vertical.Color, p.grid.Horizontal.Color = gridGrey, gridGrey
	p.grid.Vertical.Width, p.grid.Horizontal.Width = .5, .5
	p.Add(p.grid)
	return p
}

func sans(s *text.Style, size float64) {
	s.Font.Typeface, s.Font.Variant, s.Font.Size = "Liberation", "Sans", font.Length(size)
}

// named adds a line to the legend unless name is empty.
func (p *panel) named(name string, thumb plot.Thumbnailer) {
	if name != "" {
		p.legend = append(p.legend, entry{name, thumb})
	}
}

// logY makes the y axis logarithmic.
func (p *panel) logY() error {
	if p.Y.Min <= 0 {
		return errors.New("a logarithmic axis needs values above 0")
	}
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	return nil
}

// drawRows draws the panels in rows, with the data areas of each column aligned.
func drawRows(c draw.Canvas, rows [][]*panel) {
	c.SetColor(white)
	c.Fill(c.Rectangle.Path())
	c = draw.Crop(c, 8, -12, 8, -10)
	var sum vg.Length
	for _, r := range rows {
		sum += weightOf(r)
	}
	top, height := c.Max.Y, c.Max.Y-c.Min.Y
	width := (c.Max.X - c.Min.X) / vg.Length(len(rows[0]))
	cells := make([][]draw.Canvas, len(rows))
	for i, r := range rows {
		h := height * weightOf(r) / sum
		for j := range r {
			cell := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: c.Min.X + width*vg.Length(j), Y: top - h},
				Max: vg.Point{X: c.Min.X + width*vg.Length(j+1), Y: top},
			}}
			cells[i] = append(cells[i], draw.Crop(cell, 4, 0, 6, 0))
		}
		top -= h
	}
	for j := range rows[0] {
		drawColumn(rows, cells, j)
	}
}

func weightOf(row []*panel) vg.Length {
	w := vg.Length(0)
	for _, p := range row {
		w = max(w, p.weight)
	}
	if w == 0 {
		return 1
	}
	return w
}

// drawColumn draws the j-th panel of each row, with their data between the same left and right.
func drawColumn(rows [][]*panel, cells [][]draw.Canvas, j int) {
	var left, right, legend vg.Length
	for i, row := range rows {
		p := row[j]
		legend = max(legend, p.legendWidth())
		cells[i][j] = p.drawTitle(cells[i][j])
		l, r := p.margins(cells[i][j])
		left, right = max(left, l), max(right, r)
	}
	for i, row := range rows {
		p, cell := row[j], cells[i][j]
		l, r := p.margins(cell)
		cell = draw.Crop(cell, left-l, -legend-(right-r), 0, 0)
		if p.equal {
			cell = p.equalise(cell)
		}
		p.Draw(cell)
		p.drawLegend(cell, cells[i][j].Max)
	}
}

// margins returns the widths to the left and right of the data when the panel is drawn on c.
func (p *panel) margins(c draw.Canvas) (left, right vg.Length) {
	data := p.DataCanvas(c)
	return data.Min.X - c.Min.X, c.Max.X - data.Max.X
}

// equalise returns the part of c, from its upper left corner, in which both axes have the same
// scale.
func (p *panel) equalise(c draw.Canvas) draw.Canvas {
	data := p.DataCanvas(c)
	w, h := data.Max.X-data.Min.X, data.Max.Y-data.Min.Y
	x, y := vg.Length(p.X.Max-p.X.Min), vg.Length(p.Y.Max-p.Y.Min)
	scale := min(w/x, h/y)
	return draw.Crop(c, 0, scale*x-w, h-scale*y, 0)
}

// margin adds some space around the data, unless the data fills the plane.
func (p *panel) margin() {
	if p.bounds != nil {
		p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = p.bounds[0], p.bounds[1], p.bounds[2], p.bounds[3]
		return
	}
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		if a.Max > a.Min {
			d := .03 * (a.Max - a.Min)
			a.Min, a.Max = a.Min-d, a.Max+d
		}
	}
}

// titleStyle is bold and left-aligned, where long titles have room.
func titleStyle() text.Style {
	s := text.Style{Color: black, XAlign: text.XLeft, YAlign: text.YTop, Handler: plot.DefaultTextHandler}
	sans(&s, 11)
	s.Font.Weight = bold
	return s
}

// drawTitle draws the title, in as many lines as needed, and returns the canvas below.
func (p *panel) drawTitle(c draw.Canvas) draw.Canvas {
	if p.title == "" {
		return c
	}
	style := titleStyle()
	lines := wrap(p.title, func(s string) bool { return style.Width(s) <= c.Max.X-c.Min.X })
	y := c.Max.Y
	for _, l := range lines {
		c.FillText(style, vg.Point{X: c.Min.X + 4, Y: y}, l)
		y -= style.Font.Size * 1.3
	}
	return draw.Crop(c, 0, 0, 0, y-c.Max.Y-6)
}

// wrap breaks s at spaces into lines that fit.
func wrap(s string, fits func(string) bool) (lines []string) {
	line := ""
	for _, word := range strings.Fields(s) {
		longer := strings.TrimSpace(line + " " + word)
		if line != "" && !fits(longer) {
			lines = append(lines, line)
			longer = word
		}
		line = longer
	}
	return append(lines, line)
}

// Dimensions of the legend.
const (
	thumbWidth = 22
	legendGap  = 8
	legendLine = 15
)

func legendStyle() text.Style {
	s := text.Style{Color: black, XAlign: text.XLeft, YAlign: text.YCenter, Handler: plot.DefaultTextHandler}
	sans(&s, 9)
	return s
}

func (p *panel) legendWidth() (w vg.Length) {
	style := legendStyle()
	for _, e := range p.legend {
		for _, l := range strings.Split(e.name, "\n") {
			w = max(w, thumbWidth+3*legendGap+style.Width(l))
		}
	}
	return w
}

// drawLegend draws the legend to the right of the plot on cell.
func (p *panel) drawLegend(cell draw.Canvas, corner vg.Point) {
	style := legendStyle()
	x, y := cell.Max.X+legendGap, cell.Max.Y-legendLine/2
	for _, e := range p.legend {
		thumb := draw.Canvas{Canvas: cell.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: x, Y: y - 4}, Max: vg.Point{X: x + thumbWidth, Y: y + 4}}}
		e.thumb.Thumbnail(&thumb)
		for _, l := range strings.Split(e.name, "\n") {
			cell.FillText(style, vg.Point{X: x + thumbWidth + legendGap, Y: y}, l)
			y -= legendLine
		}
	}
}
