package models

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/rhyton/rhyton/layers"
)

// Dimensions of a drawing in pixels, for text of size 14, whose characters are at most 8 wide.
const (
	letter  = 8
	line    = 18
	padding = 10 // inside a box, around its text
	gap     = 40 // between boxes, for the arrows
)

// A box is a call in a drawing, or a waypoint where an arrow passes a row of boxes.
type box struct {
	lines      []string // empty for a waypoint
	from       []*box   // a waypoint has exactly one
	row        int      // distance from the inputs
	place      float64
	x, y, w, h int
}

// SVG returns the model as a self-contained SVG image: boxes in rows, each below the boxes of its
// inputs, with arrows between them.
func (p Plot) SVG(m *Model) (string, error) {
	if err := m.drawable(); err != nil {
		return "", err
	}
	boxes := p.boxes(m)
	rows := inRows(boxes)
	for _, row := range rows {
		arrange(row)
	}
	wide, high := p.lay(rows)
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" font-size="14">`+"\n", wide, high, wide, high)
	s.WriteString(`<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="white"/>`+"\n", wide, high)
	for _, b := range boxes {
		for _, from := range b.from {
			p.arrow(&s, from, b)
		}
	}
	for _, b := range boxes {
		b.draw(&s)
	}
	s.WriteString("</svg>\n")
	return s.String(), nil
}

// boxes returns the boxes of m's calls.
func (p Plot) boxes(m *Model) []*box {
	of := map[*layers.Call]*box{}
	calls := m.calls() // in topological order
	out := make([]*box, len(calls))
	for i, c := range calls {
		b := &box{lines: p.lines(m, c)}
		for _, v := range c.From {
			from, _ := v.Call()
			b.from = append(b.from, of[from])
			b.row = max(b.row, of[from].row+1)
		}
		of[c], out[i] = b, b
	}
	return out
}

// inRows groups the boxes into rows and adds waypoints for arrows that pass through rows.
func inRows(boxes []*box) (rows [][]*box) {
	put := func(b *box) {
		for len(rows) <= b.row {
			rows = append(rows, nil)
		}
		rows[b.row] = append(rows[b.row], b)
	}
	for _, b := range boxes {
		for i, from := range b.from {
			for from.row+1 < b.row {
				from = &box{from: []*box{from}, row: from.row + 1, w: padding, h: padding}
				put(from)
			}
			b.from[i] = from
		}
		put(b)
	}
	return rows
}

// arrange orders a row by the positions of its inputs in the row above.
func arrange(row []*box) {
	for _, b := range row {
		for _, from := range b.from {
			b.place += from.place / float64(len(b.from))
		}
	}
	slices.SortStableFunc(row, func(a, b *box) int { return cmp.Compare(a.place, b.place) })
	for i, b := range row {
		b.place = float64(i+1) / float64(len(row)+1)
	}
}

// lay sets the position of each box and returns the size of the drawing.
func (p Plot) lay(rows [][]*box) (wide, high int) {
	along, across := gap/2, 0 // offset of the row, and extent across the widest row so far
	breadth := make([]int, len(rows))
	for r, row := range rows {
		thick := 0
		for _, b := range row {
			b.x, b.y = along, along
			size, depth := p.size(b)
			breadth[r] += size + gap
			thick = max(thick, depth)
		}
		for _, b := range row {
			if b.lines == nil && p.LeftToRight {
				b.w = thick
			} else if b.lines == nil {
				b.h = thick
			}
		}
		along += thick + gap
		across = max(across, breadth[r])
	}
	for r, row := range rows {
		at := (across-breadth[r])/2 + gap/2
		for _, b := range row {
			if p.LeftToRight {
				b.y = at
				at += b.h + gap
			} else {
				b.x = at
				at += b.w + gap
			}
		}
	}
	if along -= gap / 2; p.LeftToRight {
		return along, across
	}
	return across, along
}

// size sets the size of a box with text and returns its extents along and across its row.
func (p Plot) size(b *box) (size, depth int) {
	for _, l := range b.lines {
		b.w = max(b.w, utf8.RuneCountInString(l)*letter+2*padding)
		b.h = len(b.lines)*line + 2*padding
	}
	if p.LeftToRight {
		return b.h, b.w
	}
	return b.w, b.h
}

// arrow draws a line from one box to the next, and on through it if it is a waypoint.
func (p Plot) arrow(s *strings.Builder, from, to *box) {
	if from.lines == nil {
		p.arrow(s, from.from[0], from)
	}
	x1, y1, x2, y2 := from.x+from.w/2, from.y+from.h, to.x+to.w/2, to.y
	c1, c2, through := fmt.Sprint(x1, y1+gap/2), fmt.Sprint(x2, y2-gap/2), fmt.Sprint("V", to.y+to.h)
	if p.LeftToRight {
		x1, y1, x2, y2 = from.x+from.w, from.y+from.h/2, to.x, to.y+to.h/2
		c1, c2, through = fmt.Sprint(x1+gap/2, y1), fmt.Sprint(x2-gap/2, y2), fmt.Sprint("H", to.x+to.w)
	}
	end := ` marker-end="url(#to)"`
	if to.lines == nil {
		end = ""
	} else {
		through = ""
	}
	fmt.Fprintf(s, `<path d="M%d %dC%s %s %d %d%s" fill="none" stroke="black"%s/>`+"\n", x1, y1, c1, c2, x2, y2, through, end)
}

// draw draws the box and its text.
func (b *box) draw(s *strings.Builder) {
	fmt.Fprintf(s, `<rect x="%d" y="%d" width="%d" height="%d" rx="4" fill="#eef3fa" stroke="#33557a"/>`+"\n", b.x, b.y, b.w, b.h)
	for i, l := range b.lines {
		fmt.Fprintf(s, `<text x="%d" y="%d" text-anchor="middle">`, b.x+b.w/2, b.y+padding+(i+1)*line-5)
		xml.EscapeText(s, []byte(l))
		s.WriteString("</text>\n")
	}
}
