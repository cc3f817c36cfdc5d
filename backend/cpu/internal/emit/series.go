package emit

import (
	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
)

// A series is an array (time, batch, width) of float32 whose rows are contiguous, in any
// order.
type series struct {
	at               *plan.Ref
	step, row, width int
}

// series returns v as a series, copied if its rows are not contiguous.
func (c *compiler) series(v plan.Value) (series, plan.Value) {
	s := v.Strides
	if v.Shape[2] != 1 && s[2] != 1 || min(s[0], s[1]) < 0 {
		v = c.dense(v)
		s = v.Strides
	}
	return series{c.Span(v), s[0], s[1], v.Shape[2]}, v
}

// seriesOrZero is the series of v, the zero series if v is known to be zero.
func (c *compiler) seriesOrZero(v plan.Value, reads *[]plan.Value) series {
	if v.Known && v.Number == 0 {
		return series{}
	}
	x, v := c.series(v)
	*reads = append(*reads, v)
	return x
}

// from is what lies at sample b of step t and after.
func (x series) from(t, b int) []float32 { return x.at.F32()[t*x.step+b*x.row:] }

// take copies samples lo, lo+1, … of step t to rows that lie ld apart.
func (x series) take(to []float32, ld, t, lo, rows int) {
	from := x.from(t, lo)
	for i := range rows {
		copy(to[i*ld:i*ld+x.width], from[i*x.row:])
	}
}

// give copies such rows to samples lo, lo+1, … of step t.
func (x series) give(from []float32, ld, t, lo, rows int) {
	to := x.from(t, lo)
	for i := range rows {
		copy(to[i*x.row:i*x.row+x.width], from[i*ld:])
	}
}

// addTo adds samples lo, lo+1, … of step t to such rows.
func (x series) addTo(to []float32, ld, t, lo, rows int) {
	from := x.from(t, lo)
	for i := range rows {
		y := to[i*ld : i*ld+x.width]
		kernel.Binary(kernel.Add, y, y, from[i*x.row:i*x.row+x.width])
	}
}
