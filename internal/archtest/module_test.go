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
	path    string   // from the module's root, with slashes
	pkg     string   // its folder
	imports []string // those of the module without its path
	lines   int
	made    bool // by a generator
}

func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// sources reads all Go files of the module, whatever their build tags; folders that are
// modules of their own are left out.
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

// A web is which package imports which, outside of tests.
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

// chain returns how pkg comes to import something that bad holds for, or nil.
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

// in reports whether pkg is, or is below, one of the folders.
func in(pkg string, folders ...string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return pkg == f || strings.HasPrefix(pkg, f+"/") })
}

// isStandard: a path of the standard library has no dot in its first element, and is not
// one of the module.
func (w web) isStandard(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	return !strings.Contains(first, ".") && w[path] == nil && !in(path, "internal")
}
