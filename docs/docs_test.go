// Package docs tests the documentation: each block of Go in it compiles.
package docs

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// given are the names that a block which is no whole program may use without declaring them.
const given = `package p

import (
	"context"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/callbacks"
	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
)

var (
	ctx              context.Context
	m                *models.Model
	train, val, test *datasets.Arrays
	h                *callbacks.History
	x, y             *tensor.Tensor
	err              error

	mydevice interface{ New() backend.Device } // a package of the reader's own
)
`

// A block is a piece of Go in a page. It is a whole program, or declarations, or statements
// of a function that returns an error. The imports of one that has no package clause are those
// of the package names it uses, and the names in given are known in it.
type block struct {
	where, text string
	line        int // of its first line, from 1
}

// blocks returns the pieces of a page that are fenced as go.
func blocks(t *testing.T, file string) (found []block) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	inside, line := false, 0
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		line++
		switch text := lines.Text(); {
		case !inside && text == "```go":
			inside = true
			found = append(found, block{where: fmt.Sprintf("%s:%d", filepath.Base(file), line+1), line: line + 1})
		case inside && text == "```":
			inside = false
		case inside:
			found[len(found)-1].text += text + "\n"
		}
	}
	if inside {
		t.Errorf("%s: a block has no end", file)
	}
	return found
}

// pages lists the documentation.
func pages(t *testing.T) []string {
	list, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	return append(list, "../README.md")
}

func TestEveryBlockOfGoCompiles(t *testing.T) {
	pages := pages(t)
	set, names := token.NewFileSet(), packageNames(t)
	var parsed [][]*ast.File
	for _, page := range pages {
		for _, b := range blocks(t, page) {
			files, err := b.parse(set, names)
			if err != nil {
				t.Errorf("%v", err)
				continue
			}
			parsed = append(parsed, files)
		}
	}
	if len(parsed) < 10 {
		t.Errorf("%d blocks were found in %v", len(parsed), pages)
	}
	exports := exportsOf(t, parsed)
	from := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	for _, files := range parsed {
		if err := check(set, from, files); err != nil {
			t.Errorf("%v", err)
		}
	}
}

// packageNames returns the paths of packages by the name that a block without imports uses.
func packageNames(t *testing.T) map[string]string {
	names := map[string]string{}
	for _, f := range list(t, "-f", "{{.ImportPath}} {{.Name}}", "std", "../...") {
		own := strings.HasPrefix(f[0], "github.com/rhyton/")
		if strings.Contains(f[0], "internal") || f[1] == "main" || !own && path.Base(f[0]) != f[1] {
			continue
		}
		if own || names[f[1]] == "" {
			names[f[1]] = f[0]
		}
	}
	names["rand"], names["slog"], names["json"] = "math/rand/v2", "log/slog", "encoding/json"
	return names
}

// exportsOf returns the files in which the compiler wrote what the packages that the files
// import export.
func exportsOf(t *testing.T, parsed [][]*ast.File) map[string]string {
	args := []string{"-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}"}
	for _, files := range parsed {
		for _, f := range files {
			for _, i := range f.Imports {
				if name := strings.Trim(i.Path.Value, `"`); !slices.Contains(args, name) {
					args = append(args, name)
				}
			}
		}
	}
	exports := map[string]string{}
	for _, f := range list(t, args...) {
		exports[f[0]] = f[1]
	}
	return exports
}

// list returns the pairs of words that go list prints.
func list(t *testing.T, args ...string) (pairs [][]string) {
	cmd := exec.Command("go", append([]string{"list"}, args...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if f := strings.Fields(line); len(f) == 2 {
			pairs = append(pairs, f)
		}
	}
	return pairs
}

// check compiles a block, as far as types go.
func check(set *token.FileSet, from types.Importer, files []*ast.File) error {
	var wrong error
	c := types.Config{Importer: from, Error: func(err error) {
		// What a block only shows, it need not use.
		if e, ok := err.(types.Error); wrong == nil && !(ok && e.Soft) {
			wrong = err
		}
	}}
	_, _ = c.Check("p", set, files, nil)
	return wrong
}

func (b block) parse(set *token.FileSet, names map[string]string) ([]*ast.File, error) {
	lines := fmt.Sprintf("//line %s\n", b.where)
	if strings.Contains("\n"+b.text, "\npackage ") {
		f, err := parser.ParseFile(set, "", lines+b.text, 0)
		return []*ast.File{f}, err
	}
	forms := []string{"%s\n" + lines + "%s", "%s\nfunc body() error {\n" + lines + "%s\nreturn nil\n}"}
	var first error
	for _, form := range forms {
		f, err := parser.ParseFile(set, "", fmt.Sprintf("package p\n"+form, "", b.text), 0)
		if first = err; err != nil {
			continue
		}
		imports := ""
		for _, name := range packagesIn(f) {
			if names[name] != "" {
				imports += fmt.Sprintf("import %q\n", names[name])
			}
		}
		f, err = parser.ParseFile(set, "", fmt.Sprintf("package p\n"+form, imports, b.text), 0)
		if err != nil {
			return nil, err
		}
		g, err := parser.ParseFile(set, "given.go", given, 0)
		return []*ast.File{g, f}, err
	}
	return nil, first
}

// packagesIn lists the names before a dot that the file does not declare.
func packagesIn(f *ast.File) (names []string) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := s.X.(*ast.Ident); ok && slices.Contains(f.Unresolved, id) && !slices.Contains(names, id.Name) {
				names = append(names, id.Name)
			}
		}
		return true
	})
	return names
}
