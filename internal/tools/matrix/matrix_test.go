package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/backendtest"
	"github.com/rhyton/rhyton/graph"
)

// The page's columns for the devices available everywhere match the results of the suite.
func TestThePageIsCurrent(t *testing.T) {
	page, err := os.ReadFile("../../../docs/backends.md")
	if err != nil {
		t.Fatal(err)
	}
	cells, err := current(string(page))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"cpu", "ref", "gorgonia"} {
		c := column{name: name}
		t.Run(name, func(t *testing.T) { c.Matrix = conformance(t, name) })
		ops := map[string]bool{}
		for _, l := range c.Lines {
			if ops[l.Op] {
				continue
			}
			ops[l.Op] = true
			if got, want := cells[l.Op][name], c.cell(l.Op); got != want {
				t.Errorf("%s of %s is %q on the page; it is %q; go run ./internal/tools/matrix writes it", l.Op, name, got, want)
			}
		}
		if len(ops) != len(cells) {
			t.Errorf("the page has %d operations; %s has %d", len(cells), name, len(ops))
		}
	}
}

func TestACellNamesWhatIsRefused(t *testing.T) {
	line := func(d graph.DType, s backendtest.Status) backendtest.Line {
		return backendtest.Line{Op: "exp", DType: d, Status: s}
	}
	const yes, no, partly = backendtest.Supported, backendtest.Unsupported, backendtest.Partly
	for _, row := range []struct {
		lines []backendtest.Line
		want  string
	}{
		{[]backendtest.Line{line(graph.Float32, yes), line(graph.Float16, yes)}, "✓"},
		{[]backendtest.Line{line(graph.Float32, yes), line(graph.Float16, no)}, "not f16"},
		{[]backendtest.Line{line(graph.Float32, partly), line(graph.Float16, no)}, "not f16 partly f32"},
		{[]backendtest.Line{line(graph.Float32, no), line(graph.Float16, no)}, "–"},
	} {
		if got := (column{"x", &backendtest.Matrix{Lines: row.lines}}).cell("exp"); got != row.want {
			t.Errorf("%v: %q; want %q", row.lines, got, row.want)
		}
	}
}

func TestTheTableIsPutBetweenTheMarkers(t *testing.T) {
	page, err := replaced("head\n"+begin+"old\n"+end+"tail\n", "new\n")
	if want := "head\n" + begin + "new\n" + end + "tail\n"; err != nil || page != want {
		t.Errorf("%v %q; want %q", err, page, want)
	}
	if _, err := replaced("no markers", ""); err == nil || !strings.Contains(err.Error(), "matrix") {
		t.Errorf("without markers: %v", err)
	}
}
