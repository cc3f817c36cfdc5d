package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
	"strings"
)

// A scanner collects names of the form PATH.Name or PATH.Type.Method.
type scanner struct {
	declared map[string]string // positions of the exported names of internal packages
	used     map[string]bool
}

// anywhere is a prefix for words that may refer to any name: methods of interfaces, and words in
// files for other platforms.
const anywhere = "*."

// nameOf returns the name of an object, or "" if it is neither declared at package level nor a
// method of a type declared there.
func nameOf(o types.Object) string {
	if o.Pkg() == nil {
		return ""
	}
	if f, ok := o.(*types.Func); ok {
		if recv := f.Signature().Recv(); recv != nil {
			t := receiver(recv.Type())
			if t == "" {
				return ""
			}
			return pathOf(o) + "." + t + "." + o.Name()
		}
	}
	if o.Parent() != o.Pkg().Scope() {
		return ""
	}
	return pathOf(o) + "." + o.Name()
}

// pathOf returns the package path of an object without the suffix of the test for which the package
// is compiled.
func pathOf(o types.Object) string { path, _, _ := strings.Cut(o.Pkg().Path(), " "); return path }

// receiver returns the name of a method's type, or "" for an interface.
func receiver(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok && !types.IsInterface(n) {
		return n.Obj().Name()
	}
	return ""
}

// scan adds the exported names that a package declares, if it is internal, and the names that it
// uses.
func (s *scanner) scan(p *listed) error {
	set, files, info, err := p.check()
	if err != nil {
		return err
	}
	for _, imported := range p.imports {
		s.methods(imported.Scope())
	}
	for _, f := range files {
		test := strings.HasSuffix(set.Position(f.FileStart).Filename, "_test.go")
		if !test && strings.Contains(p.path()+"/", "/internal/") {
			if err := s.declare(set, f, info); err != nil {
				return err
			}
		}
		for _, d := range f.Decls {
			for _, part := range parts(d) {
				u := use{s, p.path(), info, test, ownNames(part, info)}
				ast.Inspect(part, u.visit)
			}
		}
	}
	for _, name := range p.IgnoredGoFiles {
		f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				s.used[anywhere+id.Name] = true
			}
			return true
		})
	}
	return nil
}

// methods marks the methods of the interfaces that a package declares.
func (s *scanner) methods(scope *types.Scope) {
	for _, name := range scope.Names() {
		t, ok := scope.Lookup(name).Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for m := range t.Methods() {
			s.used[anywhere+m.Name()] = true
		}
	}
}

// declare adds the exported names of a file.
func (s *scanner) declare(set *token.FileSet, f *ast.File, info *types.Info) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	for id, o := range info.Defs {
		if o == nil || !id.IsExported() || id.Pos() < f.FileStart || id.Pos() >= f.FileEnd || isEnumerated(o) {
			continue
		}
		if name := nameOf(o); name != "" {
			at := set.Position(id.Pos())
			if at.Filename, err = filepath.Rel(root, at.Filename); err != nil {
				return err
			}
			s.declared[name] = at.String()
		}
	}
	return nil
}

// isEnumerated reports whether an object is a constant of a named type. Such enumerations, for
// example the error codes of a protocol, are kept complete.
func isEnumerated(o types.Object) bool {
	_, constant := o.(*types.Const)
	_, named := o.Type().(*types.Named)
	return constant && named
}

// parts returns the parts of a declaration, one for each spec.
func parts(d ast.Decl) (list []ast.Node) {
	g, ok := d.(*ast.GenDecl)
	if !ok {
		return []ast.Node{d}
	}
	for _, spec := range g.Specs {
		list = append(list, spec)
	}
	return list
}

// ownNames returns the names that a declaration mentions without using them: its own, and the
// receiver type of a method.
func ownNames(part ast.Node, info *types.Info) map[string]bool {
	own := map[string]bool{}
	switch d := part.(type) {
	case *ast.FuncDecl:
		f := info.Defs[d.Name].(*types.Func)
		own[nameOf(f)] = true
		if recv := f.Signature().Recv(); recv != nil {
			own[pathOf(f)+"."+receiver(recv.Type())] = true
		}
	case *ast.TypeSpec:
		own[nameOf(info.Defs[d.Name])] = true
	}
	return own
}

// A use collects the names used by a part of a declaration.
type use struct {
	*scanner
	path string // package path
	info *types.Info
	test bool
	own  map[string]bool
}

func (u use) visit(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.InterfaceType:
		for _, m := range n.Methods.List {
			for _, name := range m.Names {
				u.used[anywhere+name.Name] = true
			}
		}
	case *ast.Ident:
		o := u.info.Uses[n]
		if o == nil || o.Pkg() == nil {
			return true
		}
		if f, ok := o.(*types.Func); ok {
			o = f.Origin()
		}
		ofTested := u.test && pathOf(o) == strings.TrimSuffix(u.path, "_test")
		if name := nameOf(o); name != "" && !u.own[name] && !ofTested {
			u.used[name] = true
		}
	}
	return true
}
