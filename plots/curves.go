package plots

import (
	"fmt"
	"math"
	"strings"

	"github.com/rhyton/rhyton/training"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// SaveCurves plots the learning curves of a run: a panel for the loss, titled with the verdict on
// it, one for each metric, and one for the learning rate if it changes. Training is a solid blue
// line, validation a dashed red one, and a dot marks the best epoch. The file is written
// atomically; its extension is .png or .svg.
//
// If the logs have the loss without penalties, that loss is plotted.
func SaveCurves(path string, h *training.History) error {
	rows, err := curveRows(h)
	if err != nil {
		return fmt.Errorf("plots: learning curves: %w", err)
	}
	height := vg.Length(.35) * vg.Inch
	for _, r := range rows {
		height += 2.5 * vg.Inch * weightOf(r)
	}
	return save(path, 8*vg.Inch, height, func(c draw.Canvas) { drawRows(c, rows) })
}

func curveRows(h *training.History) (rows [][]*panel, err error) {
	verdict := h.Verdict()
	train, val := lossNames(h)
	names := append([]string{train}, metricNames(h)...)
	for i, name := range names {
		p := newPanel("", "", strings.ReplaceAll(name, "_", " "))
		c := curvePanel{panel: p, h: h, train: name, val: "val_" + name}
		if i == 0 {
			p.title, p.weight = title(h, verdict), 1.35
			c.val, c.shade = val, verdict.Finding == training.Overfitting
			c.from = verdict.Epoch
		}
		if err := c.draw(); err != nil {
			return nil, err
		}
		rows = append(rows, []*panel{p})
	}
	if p := ratePanel(h); p != nil {
		rows = append(rows, []*panel{p})
	}
	for i, r := range rows {
		r[0].X.Min, r[0].X.Max = epochRange(h)
		r[0].X.Tick.Marker = epochTicks{}
		if i == len(rows)-1 {
			r[0].X.Label.Text = "epoch"
		}
	}
	return rows, nil
}

func title(h *training.History, v training.Verdict) string {
	if h.Model != "" {
		return h.Model + ": " + v.String()
	}
	return v.String()
}

func lossNames(h *training.History) (train, val string) {
	if _, ok := h.Last()[training.DataLoss]; ok {
		return training.DataLoss, "val_" + training.DataLoss
	}
	return training.Loss, "val_" + training.Loss
}

// metricNames returns the logs that get a separate panel, at most four.
func metricNames(h *training.History) (names []string) {
	for _, n := range h.Names() {
		switch n {
		case training.Loss, training.DataLoss, training.Penalty, training.LearningRate:
			continue
		}
		if !strings.HasPrefix(n, "val_") && len(names) < 4 {
			names = append(names, n)
		}
	}
	return names
}

// epochRange returns the first and last epoch, counted from 1, with some minimum distance.
func epochRange(h *training.History) (lo, hi float64) {
	x := epochs(h)
	if len(x) == 0 {
		return 0, 1
	}
	lo, hi = x[0], x[len(x)-1]
	if hi-lo < 1 {
		return lo - .5, hi + .5
	}
	return lo, hi
}

func epochs(h *training.History) []float64 {
	x := make([]float64, len(h.Epochs))
	for i, e := range h.Epochs {
		x[i] = float64(e + 1)
	}
	return x
}

// curvePanel plots a log and its validation counterpart.
type curvePanel struct {
	*panel
	h          *training.History
	train, val string
	shade      bool // shade the epochs after from: overfitting
	from       int
}

// few is the maximum number of epochs for which each epoch gets a dot.
const few = 12

func (c curvePanel) draw() error {
	x, train, val := epochs(c.h), c.h.Series(c.train), c.h.Series(c.val)
	lo, hi, log := yRange(train, val)
	if err := c.background(x, train, val, lo, hi); err != nil {
		return err
	}
	if err := c.curve("training", x, train, 0); err != nil {
		return err
	}
	if err := c.curve("validation", x, val, 1); err != nil {
		return err
	}
	if err := c.best(x, lo, hi); err != nil {
		return err
	}
	c.Y.Min, c.Y.Max = lo, hi
	if log {
		return c.logY()
	}
	return nil
}

func (c curvePanel) curve(name string, x, y []float64, n int) error {
	parts, err := pieces(x, y)
	if err != nil || len(parts) == 0 {
		return err
	}
	if name == "validation" && len(parts) > 1 { // validated only in some epochs: connect them
		parts = []plotter.XYs{joined(parts)}
	}
	return c.line(parts, lineLook{name: name, n: n, dashed: n == 1, dots: len(y) <= few, width: 1.8})
}

func joined(parts []plotter.XYs) (all plotter.XYs) {
	for _, p := range parts {
		all = append(all, p...)
	}
	return all
}

// background fills the gap between the curves and the epochs of overfitting.
func (c curvePanel) background(x, train, val []float64, lo, hi float64) error {
	var up, down plotter.XYs
	for i := range x {
		if finite(train[i]) && finite(val[i]) {
			up = append(up, plotter.XY{X: x[i], Y: train[i]})
			down = append(plotter.XYs{{X: x[i], Y: val[i]}}, down...)
		}
	}
	if c.shade && len(x) > 0 {
		from, to := float64(c.from+1), x[len(x)-1]
		over, err := plotter.NewPolygon(plotter.XYs{{X: from, Y: lo}, {X: to, Y: lo}, {X: to, Y: hi}, {X: from, Y: hi}})
		if err != nil {
			return err
		}
		over.Color, over.LineStyle.Width = faint(red, 26), 0
		c.Add(over)
		defer c.named("overfitting", over)
	}
	if len(up) < 2 {
		return nil
	}
	gap, err := plotter.NewPolygon(append(up, down...))
	if err != nil {
		return err
	}
	gap.Color, gap.LineStyle.Width = faint(axisGrey, 40), 0
	c.Add(gap)
	return nil
}

// best marks the best epoch of the validation, or of the training if there is no validation.
func (c curvePanel) best(x []float64, lo, hi float64) error {
	name, n := c.val, 1
	i, v, ok := c.h.Best(name)
	if !ok {
		return nil // without validation the last epoch is the best, so a mark is pointless
	}
	at := x[i]
	dotted, err := plotter.NewLine(plotter.XYs{{X: at, Y: lo}, {X: at, Y: hi}})
	if err != nil {
		return err
	}
	dotted.Color, dotted.Width, dotted.Dashes = axisGrey, 1, dashes[2]
	dot, err := plotter.NewScatter(plotter.XYs{{X: at, Y: v}})
	if err != nil {
		return err
	}
	dot.Shape, dot.Color, dot.Radius = draw.CircleGlyph{}, colour(n), 3.5
	c.Add(dotted, dot)
	c.named(fmt.Sprintf("best %.4g\n(epoch %.0f)", v, at), dot)
	return nil
}

// yRange returns a range of y that contains all values, and whether a logarithmic axis is better:
// if the maximum is over 30 times the minimum.
func yRange(series ...[]float64) (lo, hi float64, log bool) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, s := range series {
		for _, v := range s {
			if finite(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	switch {
	case lo > hi: // no values
		return 0, 1, false
	case lo == hi:
		d := math.Max(math.Abs(lo)*.1, 1e-3)
		return lo - d, hi + d, false
	case lo > 0 && hi > 30*lo:
		return lo / 1.15, hi * 1.15, true
	}
	d := .05 * (hi - lo)
	return lo - d, hi + d, false
}

// ratePanel plots the learning rate; it returns nil if the rate does not change.
func ratePanel(h *training.History) *panel {
	x, rate := epochs(h), h.Series(training.LearningRate)
	lo, hi := math.Inf(1), math.Inf(-1)
	var steps plotter.XYs // a step function: the rate is constant within an epoch
	for i, r := range rate {
		if !finite(r) {
			continue
		}
		if n := len(steps); n > 0 && steps[n-1].Y != r {
			steps = append(steps, plotter.XY{X: x[i], Y: steps[n-1].Y})
		}
		steps = append(steps, plotter.XY{X: x[i], Y: r})
		lo, hi = math.Min(lo, r), math.Max(hi, r)
	}
	if !(hi > lo) {
		return nil
	}
	p := newPanel("", "", "learning rate")
	p.weight = .7
	if err := p.line([]plotter.XYs{steps}, lineLook{n: 2, width: 1.8}); err != nil {
		return nil
	}
	p.Y.Min, p.Y.Max, _ = yRange(rate)
	if lo > 0 && hi > 3*lo {
		p.Y.Min, p.Y.Max = lo/1.3, hi*1.3
		p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, logTicks{}
	}
	return p
}
