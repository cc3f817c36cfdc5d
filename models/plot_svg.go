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

// Sizes of a drawing, in pixels: 14 for the text, of whose letters one is at most 8 wide.
const (
	letter  = 8
	line    = 18
	padding = 10 // of a box, around its text
	gap     = 40 // between boxes, for the arrows
)

// A box is a call in a drawing.
type box struct {
	lines      []string
	row        int // how far it is from the inputs
	place      float64
	x, y, w, h int
}

// SVG returns the model as a picture that needs no other program: boxes in rows, each below
// those that its inputs come from, and arrows between them.
func (p Plot) SVG(m *Model) (string, error) {
	if err := m.drawable(); err != nil {
		return "", err
	}
	calls := m.calls()
	boxes := map[*layers.Call]*box{}
	var rows [][]*layers.Call
	for _, c := range calls { // inputs of a call come before it
		b := &box{lines: p.lines(m, c)}
		for _, v := range c.From {
			from, _ := v.Call()
			b.row = max(b.row, boxes[from].row+1)
		}
		boxes[c] = b
		for len(rows) <= b.row {
			rows = append(rows, nil)
		}
		rows[b.row] = append(rows[b.row], c)
	}
	for _, row := range rows {
		arrange(row, boxes)
	}
	wide, high := p.lay(rows, boxes)
	var s strings.Builder
	fmt.Fprintf(&s, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="Helvetica, Arial, sans-serif" font-size="14">`+"\n", wide, high, wide, high)
	s.WriteString(`<defs><marker id="to" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>` + "\n")
	fmt.Fprintf(&s, `<rect width="%d" height="%d" fill="white"/>`+"\n", wide, high)
	for _, c := range calls {
		for _, v := range c.From {
			from, _ := v.Call()
			p.arrow(&s, boxes[from], boxes[c])
		}
	}
	for _, c := range calls {
		boxes[c].draw(&s)
	}
	s.WriteString("</svg>\n")
	return s.String(), nil
}

// arrange orders a row by where its inputs stand in the rows before.
func arrange(row []*layers.Call, boxes map[*layers.Call]*box) {
	for _, c := range row {
		for _, v := range c.From {
			from, _ := v.Call()
			boxes[c].place += boxes[from].place / float64(len(c.From))
		}
	}
	slices.SortStableFunc(row, func(a, b *layers.Call) int { return cmp.Compare(boxes[a].place, boxes[b].place) })
	for i, c := range row {
		boxes[c].place = float64(i+1) / float64(len(row)+1)
	}
}

// lay gives each box its place and returns the extents of the drawing.
func (p Plot) lay(rows [][]*layers.Call, boxes map[*layers.Call]*box) (wide, high int) {
	along, across := gap/2, 0 // of the rows, and within the widest one
	breadth := make([]int, len(rows))
	for r, row := range rows {
		thick := 0
		for _, c := range row {
			b := boxes[c]
			for _, l := range b.lines {
				b.w = max(b.w, utf8.RuneCountInString(l)*letter+2*padding)
			}
			b.h = len(b.lines)*line + 2*padding
			size, depth := b.w, b.h
			if p.LeftToRight {
				size, depth = depth, size
			}
			breadth[r] += size + gap
			thick = max(thick, depth)
			b.x, b.y = along, along
		}
		along += thick + gap
		across = max(across, breadth[r])
	}
	for r, row := range rows {
		at := (across-breadth[r])/2 + gap/2
		for _, c := range row {
			b := boxes[c]
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

// arrow draws a line from one box to the next.
func (p Plot) arrow(s *strings.Builder, from, to *box) {
	x1, y1, x2, y2 := from.x+from.w/2, from.y+from.h, to.x+to.w/2, to.y
	if p.LeftToRight {
		x1, y1, x2, y2 = from.x+from.w, from.y+from.h/2, to.x, to.y+to.h/2
		fmt.Fprintf(s, `<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="black" marker-end="url(#to)"/>`+"\n", x1, y1, x1+gap/2, y1, x2-gap/2, y2, x2, y2)
		return
	}
	fmt.Fprintf(s, `<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="black" marker-end="url(#to)"/>`+"\n", x1, y1, x1, y1+gap/2, x2, y2-gap/2, x2, y2)
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
