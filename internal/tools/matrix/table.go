package main

import (
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/graph"
)

// A column holds the capabilities of a device.
type column struct {
	name string
	*backendtest.Matrix
}

// types are the element types and their abbreviations in a cell.
var types = []struct {
	letter string
	dtype  graph.DType
}{
	{"f32", graph.Float32}, {"f64", graph.Float64}, {"bf16", graph.BFloat16}, {"f16", graph.Float16},
	{"i32", graph.Int32}, {"i64", graph.Int64}, {"u8", graph.Uint8}, {"bool", graph.Bool},
}

// table returns a table with a row per operation and a column per device. A cell lists the element
// types that the device rejects: ✓ means none, – means all.
func table(columns []column) string {
	var b strings.Builder
	b.WriteString("| operation | element types |")
	for _, c := range columns {
		fmt.Fprintf(&b, " %s |", c.name)
	}
	b.WriteString("\n|---|---|" + strings.Repeat("---|", len(columns)) + "\n")
	done := map[string]bool{}
	for _, l := range columns[0].Lines {
		if done[l.Op] {
			continue
		}
		done[l.Op] = true
		fmt.Fprintf(&b, "| %s | %s |", l.Op, tested(columns[0], l.Op))
		for _, c := range columns {
			fmt.Fprintf(&b, " %s |", c.cell(l.Op))
		}
		b.WriteString("\n")
	}
	return b.String()
}

// tested returns the types with which an operation is tested.
func tested(c column, op string) string {
	var all []string
	for _, t := range types {
		if _, ok := c.Of(op, t.dtype); ok {
			all = append(all, t.letter)
		}
	}
	return strings.Join(all, " ")
}

func (c column) cell(op string) string {
	var without, partly []string
	n := 0
	for _, t := range types {
		s, ok := c.Of(op, t.dtype)
		if !ok {
			continue
		}
		n++
		switch s {
		case backendtest.Partly:
			partly = append(partly, t.letter)
		case backendtest.Unsupported, backendtest.Failed:
			without = append(without, t.letter)
		}
	}
	switch {
	case len(without) == n:
		return "–"
	case len(without)+len(partly) == 0:
		return "✓"
	}
	text := ""
	if without != nil {
		text = "not " + strings.Join(without, " ")
	}
	if partly != nil {
		text += " partly " + strings.Join(partly, " ")
	}
	return strings.TrimSpace(text)
}

const begin, end = "<!-- matrix: go run ./internal/tools/matrix -->\n", "<!-- end of matrix -->\n"

// replaced returns page with table between its markers.
func replaced(page, table string) (string, error) {
	head, rest, ok := strings.Cut(page, begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return "", fmt.Errorf("it has no lines %q and %q", strings.TrimSpace(begin), strings.TrimSpace(end))
	}
	return head + begin + table + end + tail, nil
}

// current parses the table of a page and returns its cells by operation, then by column.
func current(page string) (cells map[string]map[string]string, err error) {
	_, rest, ok := strings.Cut(page, begin)
	text, _, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		return nil, fmt.Errorf("it has no table")
	}
	cells = map[string]map[string]string{}
	var head []string
	for i, line := range strings.Split(strings.TrimSpace(text), "\n") {
		f := strings.Split(strings.Trim(line, "| "), " | ")
		switch {
		case i == 0:
			head = f
		case i > 1:
			cells[f[0]] = map[string]string{}
			for k, c := range f {
				cells[f[0]][head[k]] = c
			}
		}
	}
	return cells, nil
}
