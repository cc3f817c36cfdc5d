package cpu

import "github.com/rhyton/rhyton/backend/cpu/internal/kernel"

// A series is an array (time, batch, width) of float32 as it lies: rows in one piece, in any
// order.
type series struct {
	at               *ref
	step, row, width int
}

// series returns v as it lies, copied if rows are not in one piece.
func (c *compiler) series(v value) (series, value) {
	s := v.strides
	if v.Shape[2] != 1 && s[2] != 1 || min(s[0], s[1]) < 0 {
		v = c.dense(v)
		s = v.strides
	}
	return series{c.span(v), s[0], s[1], v.Shape[2]}, v
}

// seriesOrZero is the series of v, not there if v is known to be zero.
func (c *compiler) seriesOrZero(v value, reads *[]value) series {
	if v.known && v.number == 0 {
		return series{}
	}
	x, v := c.series(v)
	*reads = append(*reads, v)
	return x
}

// from is what lies at sample b of step t and after.
func (x series) from(t, b int) []float32 { return x.at.f32()[t*x.step+b*x.row:] }

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
