package tensor

import (
	"fmt"
	"strings"
)

// Limits for printing large arrays, as in NumPy.
const (
	lineWidth = 75
	threshold = 1000 // elements printed in full
	edgeItems = 3    // shown at each end of an axis beyond that
	precision = 8    // most digits after the point
)

// String writes t as NumPy prints an array: brackets by axis, columns aligned, at most 8 digits
// after the point, and the middle omitted beyond 1000 elements.
func (t *Tensor) String() string { return t.text(precision) }

// Format writes t for the verbs %v and %s as [Tensor.String] does. %+v puts the type and the
// shape first, and a precision, as in %.3v, limits the digits after the point. An array with one
// element also supports the verbs %f, %e and %g of its number.
func (t *Tensor) Format(f fmt.State, verb rune) {
	if t == nil {
		fmt.Fprint(f, "<nil>")
		return
	}
	if verb == 'f' || verb == 'e' || verb == 'g' {
		if v, err := As[float64](t); err == nil && len(v) == 1 {
			fmt.Fprintf(f, fmt.FormatString(f, verb), v[0])
			return
		}
	}
	if verb != 'v' && verb != 's' {
		fmt.Fprintf(f, "%%!%c(*tensor.Tensor=%v %v)", verb, t.dtype, t.shape)
		return
	}
	digits, ok := f.Precision()
	if !ok {
		digits = precision
	}
	if f.Flag('+') {
		fmt.Fprintf(f, "%v %v\n", t.dtype, t.shape)
	}
	fmt.Fprint(f, t.text(digits))
}

func (t *Tensor) text(digits int) string {
	switch {
	case t.Err() != nil:
		return t.Err().Error()
	case t.Len() == 0:
		return "[]"
	}
	p := printer{shape: t.shape, summary: t.Len() > threshold}
	p.word = words(t, p.shown(nil, 0, 0), digits)
	if len(t.shape) == 0 {
		return strings.TrimSpace(p.word(0))
	}
	return p.array(0, 0, " ", lineWidth)
}

// A printer writes words in nested brackets, following NumPy's _formatArray.
type printer struct {
	shape   Shape
	summary bool
	word    func(i int) string // the element at flat position i
}

// ends returns how many indices of an axis are printed before and after the ellipsis, and whether
// there is one.
func (p *printer) ends(axis int) (lead, trail int, dots bool) {
	if n := p.shape[axis]; !p.summary || n <= 2*edgeItems {
		return 0, n, false
	}
	return edgeItems, edgeItems, true
}

// shown appends the flat positions of the elements that are printed.
func (p *printer) shown(list []int, axis, at int) []int {
	if axis == len(p.shape) {
		return append(list, at)
	}
	p.each(axis, at, func(at int, _ bool) { list = p.shown(list, axis+1, at) }, func() {})
	return list
}

// each calls f with the flat position of every printed index of an axis, and dots in between.
func (p *printer) each(axis, at int, f func(at int, last bool), dots func()) {
	n, stride := p.shape[axis], p.shape[axis+1:].Size()
	lead, trail, cut := p.ends(axis)
	for i := range lead {
		f(at+i*stride, false)
	}
	if cut {
		dots()
	}
	for i := n - trail; i < n; i++ {
		f(at+i*stride, i == n-1)
	}
}

func (p *printer) array(axis, at int, indent string, width int) string {
	var b strings.Builder
	if axis == len(p.shape)-1 {
		p.line(&b, axis, at, indent, width-1)
	} else {
		gap := strings.Repeat("\n", len(p.shape)-axis-1)
		p.each(axis, at, func(at int, last bool) {
			b.WriteString(indent + p.array(axis+1, at, indent+" ", width-1))
			if !last {
				b.WriteString(gap)
			}
		}, func() { b.WriteString(indent + "..." + gap) })
	}
	return "[" + b.String()[len(indent):] + "]"
}

// line writes the innermost axis, wrapped where the next word would not fit.
func (p *printer) line(b *strings.Builder, axis, at int, indent string, width int) {
	line := indent
	add := func(word string) {
		if len(line)+len(word) > width && len(line) > len(indent) {
			b.WriteString(strings.TrimRight(line, " ") + "\n")
			line = indent
		}
		line += word
	}
	p.each(axis, at, func(at int, last bool) {
		add(p.word(at))
		if !last {
			line += " "
		}
	}, func() { add("..."); line += " " })
	b.WriteString(line)
}
