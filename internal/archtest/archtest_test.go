package archtest

import (
	"go/ast"
	"strings"
	"testing"
)

var (
	vocabulary = []string{"ops", "activations", "initializers", "regularizers", "constraints"}
	classes    = []string{"layers", "losses", "metrics", "optimizers"}
	top        = []string{"models", "callbacks", "plots", "training", "jit", "datasets", "examples", "cmd"}
	heavy      = []string{"gonum.org", "gorgonia.org", "github.com/schollz", "github.com/ebitengine", "golang.org/x/image"}
	forTests   = []string{"testing", "internal/graphtest", "internal/gradcheck", "internal/golden", "internal/randgraph", "internal/collections"}
)

func concat(lists ...[]string) (all []string) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

func TestNothingPointsUp(t *testing.T) {
	w := webOf(sources(t))
	for _, rule := range []struct {
		of   []string // packages, including those below them
		only []string // packages of the module that they may import; nil means any
		not  []string // packages that they must not import
	}{
		{of: []string{"tensor"}, only: []string{"internal/half"}, not: []string{"golang.org"}},
		{of: []string{"graph"}, only: []string{"tensor", "graph", "internal/half"}, not: heavy},
		{of: []string{"backend/ref", "backend/cpu", "backend/xla", "backend/gorgonia"}, not: concat(vocabulary, classes, top)},
		{of: []string{"internal/runtime"}, only: []string{"internal/runtime", "backend", "graph", "tensor", "internal/half"}, not: concat([]string{"backend/ref", "backend/cpu", "backend/xla", "backend/gorgonia"}, heavy)},
		{of: vocabulary, not: concat(classes, top, heavy, []string{"backend"})},
		{of: classes, not: concat([]string{"backend", "models", "callbacks", "plots", "datasets", "jit", "examples", "cmd"}, heavy)},
		{of: []string{"internal/saving"}, not: concat([]string{"models", "callbacks", "plots", "datasets", "backend"}, heavy)},
		{of: []string{"internal/saving/format"}, only: []string{"internal", "tensor"}, not: concat([]string{"internal/saving", "internal/golden"}, classes)},
		{of: []string{"datasets"}, only: []string{"tensor", "datasets", "internal"}, not: concat(vocabulary, heavy)},
		{of: []string{"models", "training", "jit"}, not: concat(heavy[:3], []string{"callbacks", "plots", "examples", "cmd"})},
		{of: []string{"callbacks", "plots"}, not: []string{"models", "layers", "backend", "examples", "cmd"}},
	} {
		for pkg := range w {
			if !in(pkg, rule.of...) {
				continue
			}
			bad := func(i string) bool {
				inside := w[i] != nil
				return in(i, rule.not...) || rule.only != nil && inside && !in(i, rule.only...)
			}
			if c := w.chain(pkg, bad); c != nil {
				t.Errorf("%s must not reach %s: %s", pkg, c[len(c)-1], strings.Join(c, " → "))
			}
		}
	}
}

// Packages run graphs only through internal/runtime, which owns what a device returns.
func TestGraphsAreRunByTheRuntimeAlone(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || in(s.pkg, "backend", "internal/runtime", "internal/hostbuffer", "examples", "internal/tools") {
			continue
		}
		ast.Inspect(parsed(t, s), func(n ast.Node) bool {
			if x, ok := n.(*ast.SelectorExpr); ok {
				if p, ok := x.X.(*ast.Ident); ok && p.Name == "backend" && (x.Sel.Name == "Compile" || x.Sel.Name == "Call") {
					t.Errorf("%s uses backend.%s; internal/runtime compiles and runs graphs", s.path, x.Sel.Name)
				}
			}
			return true
		})
	}
}

func TestChainsAreFound(t *testing.T) {
	w := webOf(sources(t))
	if c := w.chain("models", func(i string) bool { return i == "graph" }); c == nil {
		t.Error("models does not seem to reach graph")
	}
	if !w.isStandard("math/rand/v2") || w.isStandard("tensor") || w.isStandard("golang.org/x/sys/cpu") {
		t.Error("the standard library is mistaken")
	}
}

func TestTensorAndGraphUseTheStandardLibraryAlone(t *testing.T) {
	w := webOf(sources(t))
	for _, pkg := range []string{"tensor", "graph", "graph/fused"} {
		foreign := func(i string) bool { return !w.isStandard(i) && !in(i, "tensor", "graph", "internal/half") }
		if c := w.chain(pkg, foreign); c != nil {
			t.Errorf("%s", strings.Join(c, " → "))
		}
	}
}

func TestADeviceKnowsNoOtherDevice(t *testing.T) {
	devices := []string{"backend/ref", "backend/cpu", "backend/xla", "backend/gorgonia"}
	w := webOf(sources(t))
	for pkg := range w {
		for _, d := range devices {
			if !in(pkg, d) {
				continue
			}
			other := func(i string) bool { return in(i, devices...) && !in(i, d) }
			if c := w.chain(pkg, other); c != nil {
				t.Errorf("%s", strings.Join(c, " → "))
			}
		}
	}
}

// Each external module is imported only by the packages that need it.
func TestForeignModulesStayWhereTheyAreNeeded(t *testing.T) {
	homes := map[string][]string{
		"gonum.org":                      {"plots", "examples"},
		"golang.org/x/image":             {"plots", "datasets", "examples"},
		"github.com/schollz/progressbar": {"callbacks", "cmd", "examples"},
		"golang.org/x/term":              {"callbacks", "cmd", "examples"},
		"golang.org/x/sys":               {"backend/cpu", "backend/xla"},
		"github.com/ebitengine/purego":   {"backend/xla"},
		"github.com/mmcloughlin/avo":     {"backend/cpu/internal"},
		"gorgonia.org":                   {"backend/gorgonia"},
		"github.com/chewxy/hm":           {"backend/gorgonia"},
	}
	for _, s := range sources(t) {
		for _, i := range s.imports {
			for m, folders := range homes {
				if in(i, m) && !in(s.pkg, folders...) {
					t.Errorf("%s imports %s, which belongs into %v", s.path, i, folders)
				}
			}
		}
	}
}

// A program depends on Gorgonia, and on the C library as xla needs it, only if it imports them.
func TestOptionalDevicesAreImportedByProgramsAlone(t *testing.T) {
	optional := []string{"backend/xla", "backend/gorgonia"}
	for _, s := range sources(t) {
		if s.isTest() || in(s.pkg, concat(optional, []string{"cmd", "examples", "internal/tools"})...) {
			continue
		}
		for _, i := range s.imports {
			if in(i, optional...) {
				t.Errorf("%s imports %s", s.path, i)
			}
		}
	}
	w := webOf(sources(t))
	for _, pkg := range []string{"models", "layers", "jit", "callbacks", "datasets", "backend/cpu"} {
		if c := w.chain(pkg, func(i string) bool { return in(i, concat(optional, []string{"gorgonia.org"})...) }); c != nil {
			t.Errorf("%s", strings.Join(c, " → "))
		}
	}
}

func TestProductsDoNotImportTestCode(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || in(s.pkg, "backend/backendtest", "internal") {
			continue
		}
		for _, i := range s.imports {
			if in(i, forTests...) {
				t.Errorf("%s imports %s", s.path, i)
			}
		}
	}
}

func TestNoCgo(t *testing.T) {
	for _, s := range sources(t) {
		for _, i := range s.imports {
			if i == "C" && !in(s.pkg, "backend/gorgonia") {
				t.Errorf("%s uses cgo", s.path)
			}
		}
	}
}

func TestFilesAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if s.lines > 700 && !s.made {
			t.Errorf("%s has %d lines; split it by ideas into files below 700", s.path, s.lines)
		}
	}
}
