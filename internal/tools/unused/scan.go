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

// A scanner collects names. A name is PATH.Name, or PATH.Type.Method.
type scanner struct {
	declared map[string]string // where the exported names of internal packages are declared
	used     map[string]bool
}

// anywhere before a word marks one that may be any name: a method of some interface, or a
// word of a file for another platform.
const anywhere = "*."

// nameOf returns the name of an object, "" for what is neither declared at the top level of a
// package nor a method of such a type.
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

// pathOf is the path of an object's package without the mark of the test it is compiled for.
func pathOf(o types.Object) string { path, _, _ := strings.Cut(o.Pkg().Path(), " "); return path }

// receiver returns the name of a method's type, "" for an interface.
func receiver(t types.Type) string {
	if p, ok := t.(*types.Pointer); ok {
		t = p.Elem()
	}
	if n, ok := t.(*types.Named); ok && !types.IsInterface(n) {
		return n.Obj().Name()
	}
	return ""
}

// scan adds the exported names that a package declares, if it is internal, and the names that
// it uses.
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

// methods marks those of the interfaces that a package declares.
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

// isEnumerated reports whether an object is one of the constants of a type, which are kept
// whole, such as the error codes of a protocol.
func isEnumerated(o types.Object) bool {
	_, constant := o.(*types.Const)
	_, named := o.Type().(*types.Named)
	return constant && named
}

// parts are what a declaration declares one by one.
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

// ownNames are the names that a declaration does not use by having them: its own, and the
// type whose method it is.
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

// A use looks for the names that a part of a declaration uses.
type use struct {
	*scanner
	path string // of its package
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
