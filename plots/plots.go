// Package plots draws charts for machine learning: lines, points by class, decision boundaries,
// weights as images, confusion matrices and learning curves. A [Figure] describes a picture as a
// list of marks; [Save] writes it as PNG or SVG.
package plots

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/internal/atomicfile"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A Figure is one picture: marks on common axes.
type Figure struct {
	Title string
	X, Y  string // axis labels
	LogY  bool   // a logarithmic axis; all values of y must be positive
	Equal bool   // the same scale on both axes, for geometric shapes
	Marks []Mark // drawn in order
}

// A Mark is an element of a [Figure]: [Line], [Points], [Regions], [Boundary], [Images] or
// [Confusion].
type Mark interface {
	// add adds the mark to the panel, in the colors of the n-th mark.
	add(p *panel, n int) error
}

// Save draws the figures side by side into the file at path, in the format of its extension: .png
// or .svg. Missing folders are created; the file is written atomically.
func Save(path string, figures ...Figure) error { return SaveGrid(path, len(figures), figures...) }

// SaveGrid is like [Save], with the given number of figures per row.
func SaveGrid(path string, columns int, figures ...Figure) error {
	if len(figures) == 0 {
		return errors.New("plots: no figure to draw")
	}
	if columns < 1 || len(figures)%columns != 0 {
		return fmt.Errorf("plots: %d figures in rows of %d: want full rows", len(figures), columns)
	}
	panels := make([]*panel, len(figures))
	for i, f := range figures {
		p, err := f.panel()
		if err != nil {
			return fmt.Errorf("plots: %w", err)
		}
		panels[i] = p
	}
	rows := slices.Collect(slices.Chunk(panels, columns))
	each := 5.6 * vg.Inch
	if columns > 1 {
		each = 4.8 * vg.Inch
	}
	var height vg.Length
	for _, row := range rows {
		for _, p := range row {
			p.weight = p.height(each)
		}
		height += weightOf(row)
	}
	return save(path, each*vg.Length(columns), height, func(c draw.Canvas) { drawRows(c, rows) })
}

func (f Figure) panel() (*panel, error) {
	p := newPanel(f.Title, f.X, f.Y)
	p.equal = f.Equal
	for i, m := range f.Marks {
		if err := m.add(p, i); err != nil {
			return nil, fmt.Errorf("figure %q, mark %d: %w", f.Title, i+1, err)
		}
	}
	if f.LogY {
		if err := p.logY(); err != nil {
			return nil, fmt.Errorf("figure %q: %w", f.Title, err)
		}
		return p, nil
	}
	p.margin()
	return p, nil
}

// dpi is the resolution of PNG files: a panel is about 600 dots wide, sharp on a page or slide.
const dpi = 110

// save draws with paint and writes the file at path atomically.
func save(path string, w, h vg.Length, paint func(draw.Canvas)) error {
	format, err := Format(path)
	if err != nil {
		return err
	}
	picture, err := render(format, w, h, paint)
	if err != nil {
		return fmt.Errorf("plots: draw %s: %w", path, err)
	}
	return atomicfile.Write(path, func(w io.Writer) error {
		_, err := w.Write(picture)
		return err
	})
}

// Format returns "png" or "svg", according to the extension of path, or an error.
func Format(path string) (string, error) {
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".png", ".svg":
		return ext[1:], nil
	}
	return "", fmt.Errorf("plots: path %q: want it to end in .png or .svg", path)
}

func render(format string, w, h vg.Length, paint func(draw.Canvas)) (picture []byte, err error) {
	// gonum panics if it can't draw something; that must not end a training run.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%v", r)
		}
	}()
	var canvas interface {
		vg.CanvasSizer
		io.WriterTo
	}
	if format == "png" {
		canvas = vgimg.PngCanvas{Canvas: vgimg.NewWith(vgimg.UseWH(w, h), vgimg.UseDPI(dpi))}
	} else {
		canvas = vgsvg.New(w, h)
	}
	paint(draw.New(canvas))
	var b bytes.Buffer
	_, err = canvas.WriteTo(&b)
	return b.Bytes(), err
}

// finite reports whether v is a number that can be drawn.
func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }
