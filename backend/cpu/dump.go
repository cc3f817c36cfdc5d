package cpu

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/backend/cpu/internal/rewrite"
	"github.com/rhyton/rhyton/graph"
)

// dumpVariable names the environment variable that has Compile write what it makes of each
// graph to standard error. Its value is a list, with commas, of
//
//	graph    the graph that it is given
//	passes   the graph after each pass that changed it
//	plan     the instructions of the program and the memory that they need
const dumpVariable = "RHYTON_CPU_DUMP"

// A dump writes down what becomes of a graph; the zero dump writes nothing.
type dump struct {
	to                   io.Writer
	graph, passes, steps bool
}

func dumpOf(list string, to io.Writer) dump {
	d := dump{to: to}
	for word := range strings.SplitSeq(list, ",") {
		switch word {
		case "graph":
			d.graph = true
		case "passes":
			d.passes = true
		case "plan":
			d.steps = true
		case "":
		default:
			fmt.Fprintf(to, "cpu: %s has %q; it takes graph, passes and plan, with commas between\n", dumpVariable, word)
		}
	}
	return d
}

// given writes the graph that Compile was given.
func (d *dump) given(g *graph.Graph) {
	if d.graph {
		fmt.Fprintf(d.to, "== graph\n%s\n", rewrite.Text(g))
	}
}

// pass writes what a pass left, if it changed anything.
func (d *dump) pass(p rewrite.Pass, before, after *graph.Graph) {
	if !d.passes {
		return
	}
	if text := rewrite.Text(after); text != rewrite.Text(before) {
		fmt.Fprintf(d.to, "== after %s\n%s\n", p.Name, text)
	}
}

// plan writes the program.
func (d *dump) plan(p *plan.Program) {
	if d.steps {
		fmt.Fprintf(d.to, "== plan: %v\n", p)
	}
}

func newDump() dump { return dumpOf(os.Getenv(dumpVariable), os.Stderr) }
