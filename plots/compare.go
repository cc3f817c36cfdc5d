package plots

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/rhyton/rhyton/training"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SaveComparison plots one log of several runs in one panel, to show the effect of a change to a
// model: training is solid and faint, validation dashed, each run has its own color, and a dot
// marks its best epoch. An empty name means the loss without penalties.
func SaveComparison(path, name string, runs ...Run) error {
	if len(runs) == 0 {
		return errors.New("plots: comparison: no run to draw")
	}
	p := newPanel("", "epoch", "")
	var all [][]float64
	last := 1.0
	for i, r := range runs {
		train, val := name, "val_"+name
		if name == "" {
			train, val = lossNames(r.History)
		}
		p.Y.Label.Text = strings.ReplaceAll(train, "_", " ")
		c := curvePanel{panel: p, h: r.History, train: train, val: val}
		if err := c.compared(r.label(), i); err != nil {
			return fmt.Errorf("plots: comparison: %w", err)
		}
		all = append(all, r.History.Series(train), r.History.Series(val))
		_, hi := epochRange(r.History)
		last = math.Max(last, hi)
	}
	lo, hi, log := yRange(all...)
	p.Y.Min, p.Y.Max, p.X.Min, p.X.Max = lo, hi, 1, last
	p.X.Tick.Marker = epochTicks{}
	if log {
		if err := p.logY(); err != nil {
			return err
		}
	}
	p.title = "solid: training, dashed: validation, dot: its best epoch"
	return save(path, 8*vg.Inch, 4.2*vg.Inch, func(c draw.Canvas) { drawRows(c, [][]*panel{{p}}) })
}

// A Run is a history with a name.
type Run struct {
	Name    string // the name of the model if empty
	History *training.History
}

func (r Run) label() string {
	if r.Name == "" {
		return r.History.Model
	}
	return r.Name
}

// compared draws one of several runs.
func (c curvePanel) compared(label string, n int) error {
	x := epochs(c.h)
	parts, err := pieces(x, c.h.Series(c.train))
	if err != nil {
		return err
	}
	i, v, ok := c.h.Best(c.val)
	if ok {
		label += fmt.Sprintf(": best %.4g", v)
	}
	if err := c.line(parts, lineLook{n: n, faint: true, width: 1.1}); err != nil {
		return err
	}
	if parts, err = pieces(x, c.h.Series(c.val)); err != nil {
		return err
	}
	if err := c.line(parts, lineLook{name: label, n: n, dashed: true, width: 1.8}); err != nil || !ok {
		return err
	}
	dot, err := plotter.NewScatter(plotter.XYs{{X: x[i], Y: v}})
	if err != nil {
		return err
	}
	dot.Shape, dot.Color, dot.Radius = draw.CircleGlyph{}, colour(n), 3.5
	c.Add(dot)
	return nil
}
