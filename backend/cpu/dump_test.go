package cpu

import (
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend/cpu/internal/rewrite"
	"github.com/rhyton/rhyton/graph"
)

// RHYTON_CPU_DUMP shows a graph, what the passes leave and the plan, and nothing that is not
// asked for; the README's example is what it prints.
func TestDumpsShowWhatBecomesOfAGraph(t *testing.T) {
	g := trace(t, func(g *graph.Graph) []*graph.Node {
		x, w, b := g.Input(graph.Float32, 32, 100), g.Input(graph.Float32, 100, 64), g.Input(graph.Float32, 64)
		y := graph.Apply(graph.MatMul{}, x, w)
		return []*graph.Node{rectified(graph.Apply(graph.Binary{Fn: graph.Add}, y, graph.Apply(graph.Broadcast{To: graph.DimsOf(y.Shape)},
			graph.Apply(graph.Reshape{To: graph.DimsOf([]int{1, 64})}, b))))}
	})
	dumped := func(list string) string {
		var text strings.Builder
		d := dumpOf(list, &text)
		if _, err := open1(t, "cpu:1").(*device).compile(g, d); err != nil {
			t.Fatal(err)
		}
		return text.String()
	}
	if text := dumped(""); text != "" {
		t.Errorf("nothing was asked for:\n%s", text)
	}
	if text := dumped("graphs"); !strings.Contains(text, `has "graphs"; it takes graph, passes and plan`) {
		t.Errorf("a word that it does not know:\n%s", text)
	}
	all := dumped("graph,passes,plan")
	for _, want := range []string{
		"== graph\n%0 = input[0] : float32(32, 100)\n", "= matmul[n n] %0 %1 : float32(32, 64)\n",
		"== after fuse_bias\n", "= gemm[n n bias relu] %0 %1 %2 : float32(32, 64)\n",
		"== plan: ", "\ngemm nn 1x(32, 64, 100) bias relu\n",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	if strings.Contains(all, "after fuse_mlp") {
		t.Errorf("a pass that changes nothing is shown:\n%s", all)
	}
}

// The README has a row for every pass, in their order.
func TestTheREADMEKnowsEveryPass(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	at := 0
	for _, p := range rewrite.Passes {
		row := "| [" + p.Name + "](internal/rewrite/" + p.Name + ".go) |"
		if p.Name == "remove_barriers" { // graph's own
			row = "| [" + p.Name + "](../../graph/remat.go) |"
		}
		i := strings.Index(string(text)[at:], row)
		if i < 0 {
			t.Fatalf("README.md lacks the row %q, or has it before that of an earlier pass", row)
		}
		at += i
	}
}
