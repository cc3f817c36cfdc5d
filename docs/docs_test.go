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
)
`

// A block is a piece of Go in a page. It is a whole program, or declarations, or statements
// of a function that returns an error. The imports of one that has no package clause are those
// of the package names it uses, and the names in given are known in it.
type block struct{ where, text string }

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
			found = append(found, block{where: fmt.Sprintf("%s:%d", filepath.Base(file), line+1)})
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

func TestEveryBlockOfGoCompiles(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "../README.md")
	exports, names := packages(t)
	set := token.NewFileSet()
	from := importer.ForCompiler(set, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) })
	checked := 0
	for _, page := range pages {
		if _, err := os.Stat(page); err != nil && page == "../README.md" {
			continue
		}
		for _, b := range blocks(t, page) {
			checked++
			if err := b.check(set, from, names); err != nil {
				t.Errorf("%v", err)
			}
		}
	}
	if checked < 10 {
		t.Errorf("%d blocks were found in %v", checked, pages)
	}
}

// packages returns the compiled exports of every package that a block may import, by path, and
// the paths of those by the name that a block without imports uses.
func packages(t *testing.T) (exports, names map[string]string) {
	cmd := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}} {{.Name}}", "std", "../...")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports, names = map[string]string{}, map[string]string{}
	for line := range strings.Lines(string(out)) {
		f := strings.Fields(line)
		if len(f) != 3 || f[2] == "main" || strings.Contains(f[0], "internal") || strings.Contains(f[0], "vendor/") {
			if len(f) == 3 {
				exports[f[0]] = f[1]
			}
			continue
		}
		exports[f[0]] = f[1]
		own := strings.HasPrefix(f[0], "github.com/rhyton/")
		if own || names[f[2]] == "" && !strings.Contains(f[0], ".") && path.Base(f[0]) == f[2] {
			names[f[2]] = f[0]
		}
	}
	names["rand"], names["slog"], names["json"] = "math/rand/v2", "log/slog", "encoding/json"
	return exports, names
}

// check compiles the block, as far as types go.
func (b block) check(set *token.FileSet, from types.Importer, names map[string]string) error {
	var wrong error
	c := types.Config{Importer: from, Error: func(err error) {
		// What a block only shows, it need not use.
		if e, ok := err.(types.Error); wrong == nil && !(ok && e.Soft) {
			wrong = err
		}
	}}
	files, err := b.parse(set, names)
	if err != nil {
		return err
	}
	_, _ = c.Check("p", set, files, nil)
	return wrong
}

func (b block) parse(set *token.FileSet, names map[string]string) ([]*ast.File, error) {
	lines := fmt.Sprintf("//line %s\n", b.where)
	if strings.Contains("\n"+b.text, "\npackage ") {
		f, err := parser.ParseFile(set, "", lines+b.text, 0)
		return []*ast.File{f}, err
	}
	forms := []string{"%s\n" + lines + "%s", "%s\nfunc _() error {\n" + lines + "%s\nreturn nil\n}"}
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
