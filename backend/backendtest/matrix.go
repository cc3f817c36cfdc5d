package backendtest

import (
	"fmt"
	"io"
	"slices"

	"github.com/rhyton/rhyton/graph"
)

// A Status states how well a device supports an operation on an element type.
type Status uint8

const (
	Supported   Status = iota
	Partly             // refuses some attributes or shapes
	Unsupported        // refused with backend.ErrUnsupported
	Failed             // wrong, or refused with another error
)

// String returns the name of s, such as "supported".
func (s Status) String() string {
	return [...]string{"supported", "partly supported", "not supported", "failed"}[s]
}

// A Line is the status of one operation on one element type.
type Line struct {
	Op     string
	DType  graph.DType
	Status Status
	Note   string // the reason if not supported
}

// A Matrix states what a device supports: one line per operation and element type, in test
// order.
type Matrix struct {
	Device string
	Lines  []Line
}

// Of returns the status of op on d, and whether it was tested.
func (m *Matrix) Of(op string, d graph.DType) (Status, bool) {
	for _, l := range m.Lines {
		if l.Op == op && l.DType == d {
			return l.Status, true
		}
	}
	return 0, false
}

var columns = []graph.DType{graph.Float32, graph.Float64, graph.BFloat16, graph.Float16, graph.Int32, graph.Int64, graph.Uint8, graph.Bool}

// WriteMarkdown writes m as a table with a row per operation and a column per element type: ✓ is
// supported, ~ partly supported, – not supported, ✗ failed, and blank not applicable.
func (m *Matrix) WriteMarkdown(w io.Writer) error {
	text := "| operation |"
	rule := "\n|---|"
	for _, d := range columns {
		text += " " + d.String() + " |"
		rule += "---|"
	}
	text += rule + "\n"
	var done []string
	for _, l := range m.Lines {
		if slices.Contains(done, l.Op) {
			continue
		}
		done = append(done, l.Op)
		text += "| " + l.Op + " |"
		for _, d := range columns {
			mark := ""
			if s, ok := m.Of(l.Op, d); ok {
				mark = [...]string{"✓", "~", "–", "✗"}[s]
			}
			text += " " + mark + " |"
		}
		text += "\n"
	}
	_, err := fmt.Fprint(w, text)
	return err
}
