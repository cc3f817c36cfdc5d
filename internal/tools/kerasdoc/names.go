package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// A name is a public name of Keras.
type name struct{ section, name, of string } // of: the class of which it is an alias

// kerasNames reads testdata/keras_names.txt.
func kerasNames(root string) (list []name, err error) {
	err = eachLine(filepath.Join(root, "internal/tools/kerasdoc/testdata/keras_names.txt"), func(line string) {
		f := append(strings.Fields(line), "")
		list = append(list, name{f[0], f[1], f[2]})
	})
	return list, err
}

// notes reads a file of lines "section name text", where text is a note on the name.
func notes(root, file string) (map[name]string, error) {
	all := map[name]string{}
	err := eachLine(filepath.Join(root, "internal/tools/kerasdoc/testdata", file), func(line string) {
		f := strings.SplitN(line, " ", 3)
		for _, n := range strings.Split(f[1], ",") {
			all[name{section: f[0], name: n}] = f[2]
		}
	})
	return all, err
}

func eachLine(path string, f func(line string)) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && line[0] != '#' {
			f(line)
		}
	}
	return lines.Err()
}

// plain returns a name in lower case without underscores, for comparing names of both languages.
func plain(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

// exported maps the plain names of a package's exported functions and types to their Go names, and
// those of methods to Type.method.
func exported(root, pkg string) (map[string]string, error) {
	all := map[string]string{}
	err := eachFile(filepath.Join(root, pkg), func(f *ast.File) {
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && d.Recv == nil {
					all[plain(d.Name.Name)] = pkg + "." + d.Name.Name
				} else if d.Name.IsExported() {
					t := strings.TrimPrefix(typeName(d.Recv.List[0].Type), "*")
					all[plain(t)+"."+plain(d.Name.Name)] = t + "." + d.Name.Name
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
						all[plain(s.Name.Name)] = pkg + "." + s.Name.Name
					}
					if s, ok := s.(*ast.ValueSpec); ok && d.Tok == token.VAR {
						for _, n := range s.Names {
							all[plain(n.Name)] = pkg + "." + n.Name
						}
					}
				}
			}
		}
	})
	for k, v := range all {
		if i := strings.LastIndexByte(v, '.'); !unicode.IsUpper(rune(v[i+1])) {
			delete(all, k)
		}
	}
	return all, err
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func eachFile(dir string, f func(*ast.File)) error {
	list, err := fs.Glob(os.DirFS(dir), "*.go")
	for _, name := range list {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0)
		if err != nil {
			return err
		}
		f(file)
	}
	return err
}

// tabled maps the functions of keras.ops to the functions of package ops that the table in
// internal/kerasops calls for them.
func tabled(root string) (map[string]string, error) {
	all := map[string]string{}
	err := eachFile(filepath.Join(root, "internal/kerasops"), func(f *ast.File) {
		ast.Inspect(f, func(n ast.Node) bool {
			kv, ok := n.(*ast.KeyValueExpr)
			if !ok {
				return true
			}
			key, ok := kv.Key.(*ast.BasicLit)
			if !ok || key.Kind != token.STRING {
				return true
			}
			text, _ := strconv.Unquote(key.Value)
			if used := opsIn(kv.Value); used != "" {
				all[text] = used
			}
			return true
		})
	})
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("internal/kerasops has no table of operations")
	}
	return all, err
}

// opsIn returns the function of package ops that an expression uses: the outermost call or, in a
// closure, the last one.
func opsIn(e ast.Expr) (used string) {
	ast.Inspect(e, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == "ops" && used == "" && s.Sel.Name != "Cast" && s.Sel.Name != "Scalar" {
				used = "ops." + s.Sel.Name
			}
		}
		return true
	})
	return used
}
