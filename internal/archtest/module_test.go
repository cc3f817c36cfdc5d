package archtest

import (
	"bytes"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rhyton/rhyton"

// A source is a Go file of the module.
type source struct {
	path    string   // relative to the module's root, with slashes
	pkg     string   // its folder
	imports []string // imports from this module, without the module path
	lines   int
	made    bool // generated
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources reads all Go files of the module, whatever their build tags, except those in nested
// modules.
func sources(t *testing.T) (all []source) {
	t.Helper()
	root := "../.."
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil && path != root || d.Name() == "testdata" || len(d.Name()) > 2 && strings.HasPrefix(d.Name(), ".") {
				return filepath.SkipDir
			}
			return nil
		}
		if filepath.Ext(path) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		s, err := read(path, filepath.ToSlash(rel))
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 100 {
		t.Fatalf("only %d Go files", len(all))
	}
	return all
}

func read(path, rel string) (source, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return source{}, err
	}
	f, err := parser.ParseFile(token.NewFileSet(), path, text, parser.ImportsOnly|parser.ParseComments)
	if err != nil {
		return source{}, err
	}
	s := source{path: rel, pkg: filepath.ToSlash(filepath.Dir(rel)), lines: bytes.Count(text, []byte("\n"))}
	for _, c := range f.Comments {
		s.made = s.made || strings.HasPrefix(c.Text(), "Code generated")
	}
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, strings.TrimPrefix(name, module+"/"))
	}
	return s, nil
}

// A web maps each package to its imports, tests excluded.
type web map[string][]string

func webOf(all []source) web {
	w := web{}
	for _, s := range all {
		if !s.isTest() {
			if w[s.pkg] == nil {
				w[s.pkg] = []string{}
			}
			w[s.pkg] = append(w[s.pkg], s.imports...)
		}
	}
	return w
}

// chain returns the import chain from pkg to a package that satisfies bad, or nil.
func (w web) chain(pkg string, bad func(string) bool) []string {
	from := map[string]string{pkg: ""}
	for queue := []string{pkg}; len(queue) > 0; queue = queue[1:] {
		for _, i := range w[queue[0]] {
			if _, seen := from[i]; seen {
				continue
			}
			from[i] = queue[0]
			if bad(i) {
				var chain []string
				for p := i; p != ""; p = from[p] {
					chain = append(chain, p)
				}
				slices.Reverse(chain)
				return chain
			}
			queue = append(queue, i)
		}
	}
	return nil
}

// in reports whether pkg is one of the folders or below one.
func in(pkg string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return pkg == f || strings.HasPrefix(pkg, f+"/") })
}

// isStandard reports whether path is in the standard library: its first element has no dot,
// and it is not a package of the module.
func (w web) isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && w[path] == nil && !in(path, "internal")
}
