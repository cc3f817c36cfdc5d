package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"testing"
)

// Package layers is for users; what models and files need beyond it is in internal/layeraccess.
var layersFunctions = []string{"Apply", "FromJSON", "Input", "InputOf", "Names", "NewScope", "ParsePolicy", "Register", "ToJSON", "UpTo"}

// classesThatModelsKnow are the layers that models treat specially: an operation of keras.ops
// is not a layer, and the indices of a TextVectorization are written as Keras writes them.
var classesThatModelsKnow = []string{"Operation", "TextVectorization", "Pipeline"}

func parsed(t *testing.T, s source) *ast.File {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../..", s.path), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestLayersExportsFunctionsForUsersAlone(t *testing.T) {
	for _, s := range sources(t) {
		if s.pkg != "layers" || s.isTest() {
			continue
		}
		for _, d := range parsed(t, s).Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.IsExported() && !slices.Contains(layersFunctions, f.Name.Name) {
				t.Errorf("%s: %s: a function that users do not need belongs into internal/layeraccess", s.path, f.Name.Name)
			}
		}
	}
}

// Losses, metrics and layers implement their own checks; models and files don't name any of them.
func TestModelsNameNoClass(t *testing.T) {
	classes := map[string][]string{} // by package
	all := sources(t)
	for _, s := range all {
		if in(s.pkg, "layers", "losses", "metrics") && !s.isTest() {
			ast.Inspect(parsed(t, s), func(n ast.Node) bool {
				if class := registered(n); class != "" {
					classes[s.pkg] = append(classes[s.pkg], class)
				}
				return true
			})
		}
	}
	if len(classes["layers"]) < 100 || len(classes["losses"]) < 20 || len(classes["metrics"]) < 30 {
		t.Fatalf("only %d, %d and %d classes", len(classes["layers"]), len(classes["losses"]), len(classes["metrics"]))
	}
	for _, s := range all {
		if !in(s.pkg, "models", "internal/saving") || s.isTest() {
			continue
		}
		ast.Inspect(parsed(t, s), func(n ast.Node) bool {
			x, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if pkg, ok := x.X.(*ast.Ident); ok && slices.Contains(classes[pkg.Name], x.Sel.Name) && !slices.Contains(classesThatModelsKnow, x.Sel.Name) {
				t.Errorf("%s names the class %s.%s", s.path, pkg.Name, x.Sel.Name)
			}
			return true
		})
	}
}

// registered returns the class that n registers, such as register[Dense] or
// family.Register("Huber", …).
func registered(n ast.Node) string {
	switch n := n.(type) {
	case *ast.IndexExpr:
		f, ok := n.X.(*ast.Ident)
		if class, named := n.Index.(*ast.Ident); ok && named && f.Name == "register" {
			return class.Name
		}
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "Register" || len(n.Args) == 0 {
			return ""
		}
		if name, ok := n.Args[0].(*ast.BasicLit); ok {
			return name.Value[1 : len(name.Value)-1]
		}
	}
	return ""
}
