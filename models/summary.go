package models

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/internal/config"
	"github.com/rhyton/rhyton/layers"
)

// Summary configures the output of [Model.Summary]. The zero Summary is the default.
type Summary struct {
	Width  int  // maximum width in columns; 0: 100
	Nested bool // also list the layers of nested models

	ShowTrainable bool      // a column that shows whether each layer is trainable
	LayerRange    [2]string // names of the first and last layer to list, or regular expressions; "": all
}

// Summary writes a table of the model's layers: output shapes, parameters and floating-point
// operations per sample. If the width is small, text columns are shortened, but numbers never are.
func (m *Model) Summary(w io.Writer, opts ...Summary) error {
	var o Summary
	if len(opts) > 0 {
		o = opts[0]
	}
	if o.Width == 0 {
		o.Width = 100
	}
	m.mu.Lock()
	err := m.ensureBuilt()
	m.mu.Unlock()
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n", m.title(), m.ClassName())
	rows := m.rows(o)
	if rows, err = o.within(rows); err != nil {
		return fmt.Errorf("models: summary: %w", err)
	}
	head := []string{"#", "layer", "type", "output", "params", "share", "FLOPs", "from"}
	if o.ShowTrainable {
		head = append(head, "trained")
	}
	rows = append([][]string{head}, rows...)
	writeTable(&b, rows, o.Width)
	m.totals(&b, o.Width)
	_, err = io.WriteString(w, b.String())
	return err
}

// within returns the rows from the first to the last layer of LayerRange.
func (o Summary) within(rows [][]string) ([][]string, error) {
	lo, hi := 0, len(rows)
	for i, text := range o.LayerRange {
		if text == "" {
			continue
		}
		re, err := regexp.Compile("^(?:" + text + ")")
		if err != nil {
			return nil, fmt.Errorf("LayerRange: %w", err)
		}
		matches := func(r []string) bool { return re.MatchString(strings.TrimSpace(r[1])) }
		at := slices.IndexFunc(rows, matches)
		if at < 0 {
			return nil, fmt.Errorf("LayerRange: no layer matches %q", text)
		}
		if i == 0 {
			lo = at
			continue
		}
		for k, r := range rows {
			if matches(r) {
				hi = k + 1
			}
		}
	}
	if lo >= hi {
		return nil, fmt.Errorf("LayerRange: %q comes after %q", o.LayerRange[0], o.LayerRange[1])
	}
	return rows[lo:hi], nil
}

// trained describes whether a layer is trainable; "" if it has no trainable weights.
func trained(c *layers.Call, frozen map[*graph.Variable]bool) string {
	if c.Layer == nil {
		return ""
	}
	var some, all bool = false, true
	for _, v := range access.Variables(c.Layer) {
		if v.Trainable {
			some, all = some || !frozen[v], all && !frozen[v]
		}
	}
	switch {
	case len(access.Variables(c.Layer)) == 0:
		return ""
	case some && all:
		return "yes"
	case some:
		return "partly"
	}
	return "no"
}

// rows returns the calls of the model, one per row.
func (m *Model) rows(o Summary) (rows [][]string) {
	total := max(m.CountParams(), 1)
	flops := flopsByLabel(m.trace)
	frozen := frozenVariables(m)
	number := map[*layers.Call]string{}
	counted := map[layers.Module]bool{}
	for i, c := range m.calls() {
		number[c] = fmt.Sprint(i)
		name, class, params := "map", "Map", 0
		var work float64
		var shared bool
		switch {
		case c.Layer != nil:
			name, class = nameOf(c.Layer), config.ClassOf(c.Layer)
			if sub, ok := c.Layer.(*Model); ok {
				class = sub.ClassName()
			}
			if !counted[c.Layer] {
				params = count(access.Variables(c.Layer))
			}
			work = flops[access.Path(c.Layer)]
			if access.Frozen(c.Layer) {
				name += " ❄"
			}
			if shared = counted[c.Layer]; shared {
				name += " (shared)"
			}
			counted[c.Layer] = true
		case len(c.From) == 0:
			name, class = inputName(m, c), "Input"
		}
		rows = append(rows, []string{fmt.Sprint(i), name, class, m.shapesOf(c), thousands(params), share(params, total), amount(work), from(c, number)})
		if o.ShowTrainable {
			rows[len(rows)-1] = append(rows[len(rows)-1], trained(c, frozen))
		}
		if sub, ok := c.Layer.(*Model); ok && o.Nested && !shared {
			rows = append(rows, sub.indented(o)...)
		}
	}
	return rows
}

// indented returns the rows of a nested model, with indented names.
func (m *Model) indented(o Summary) [][]string {
	if m.ensureBuilt() != nil {
		return nil
	}
	rows := m.rows(o)
	for _, r := range rows {
		r[0], r[1] = "", "  "+r[1]
	}
	return rows
}

func inputName(m *Model, c *layers.Call) string {
	for i, v := range m.inputs {
		if vc, _ := v.Call(); vc == c {
			if n := v.Input().Name; n != "" {
				return n
			}
			if len(m.inputs) > 1 {
				return fmt.Sprintf("input_%d", i)
			}
		}
	}
	return "input"
}

func from(c *layers.Call, number map[*layers.Call]string) string {
	var list []string
	for _, v := range c.From {
		u, i := v.Call()
		text := number[u]
		if i > 0 {
			text += fmt.Sprintf("[%d]", i)
		}
		list = append(list, text)
	}
	return strings.Join(list, " ")
}

func (m *Model) shapesOf(c *layers.Call) string {
	var list []string
	for _, n := range m.results[c] {
		list = append(list, sampleShape(n))
	}
	return strings.Join(list, " ")
}

// sampleShape formats a traced value's shape with a dot for the batch.
func sampleShape(n *graph.Node) string {
	text := "("
	for i, d := range n.Shape {
		switch {
		case i == 0:
			text += "·"
		default:
			text += fmt.Sprintf(", %d", d)
		}
	}
	return text + ")"
}

// totals writes the totals of the model in lines that fit width.
func (m *Model) totals(b *strings.Builder, width int) {
	trainable, bytes, state := 0, 0, 0
	frozen := frozenVariables(m)
	for _, v := range m.vars {
		bytes += bytesOf(v)
		if v.Trainable && !frozen[v] {
			trainable += v.Type.Shape.Size()
		}
	}
	activations := 0
	for _, out := range m.results {
		for _, n := range out {
			activations += n.Shape.Size() * n.DType.Size() / 2 // the trace has a batch of two
		}
	}
	total := count(m.vars)
	items := []string{
		fmt.Sprintf("total %s (%s)", thousands(total), size(bytes)),
		"trainable " + thousands(trainable),
		"not trainable " + thousands(total-trainable),
		fmt.Sprintf("activations %s/sample", size(activations)),
		flopText(flopsByLabel(m.trace)[""]) + "/sample",
	}
	if c := m.compiled; c != nil && c.optimizer != nil {
		for _, v := range c.optimizer.Variables() {
			state += bytesOf(v)
		}
		if state > 0 {
			items = append(items, fmt.Sprintf("%s state %s", config.ClassOf(c.optimizer.Optimizer()), size(state)))
		}
	}
	writeWrapped(b, items, width)
}

func bytesOf(v *graph.Variable) int { return v.Type.Shape.Size() * v.Type.DType.Size() }

// frozenVariables returns the variables held by frozen layers.
func frozenVariables(m *Model) map[*graph.Variable]bool {
	frozen := map[*graph.Variable]bool{}
	var walk func(l layers.Module, by bool)
	walk = func(l layers.Module, by bool) {
		if by = by || access.Frozen(l); by {
			for _, v := range access.Variables(l) {
				frozen[v] = true
			}
			return
		}
		for _, c := range access.Children(l) {
			walk(c, by)
		}
	}
	for _, l := range m.order {
		walk(l, m.Frozen)
	}
	return frozen
}
