package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// A listed is a package as described by go list: once without and once with its tests.
type listed struct {
	ImportPath, Dir, Export string

	GoFiles        []string
	IgnoredGoFiles []string // files for other platforms
	ImportMap      map[string]string
	Module         *struct{ Main bool }

	exports map[string]string // files with the export data of all packages
	imports []*types.Package
}

// load lists the module's packages, each with and without its tests.
func load(patterns []string) ([]*listed, error) {
	fields := "-json=ImportPath,Dir,Export,GoFiles,IgnoredGoFiles,ImportMap,Module"
	cmd := exec.Command("go", append([]string{"list", fields, "-deps", "-test", "-export"}, patterns...)...)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	var own []*listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := &listed{exports: exports}
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return own, nil
		} else if err != nil {
			return nil, err
		}
		exports[p.ImportPath] = p.Export
		if p.Module != nil && p.Module.Main && !strings.HasSuffix(p.ImportPath, ".test") {
			own = append(own, p)
		}
	}
}

// path returns the package path without the suffix of the test for which it is compiled.
func (p *listed) path() string { path, _, _ := strings.Cut(p.ImportPath, " "); return path }

// check parses and type-checks the package.
func (p *listed) check() (*token.FileSet, []*ast.File, *types.Info, error) {
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, nil, nil, err
		}
		files = append(files, f)
	}
	lookup := func(path string) (io.ReadCloser, error) {
		if mapped, ok := p.ImportMap[path]; ok {
			path = mapped
		}
		return os.Open(p.exports[path])
	}
	info := &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: importer.ForCompiler(set, "gc", lookup)}
	checked, err := config.Check(p.path(), set, files, info)
	if err == nil {
		p.imports = checked.Imports()
	}
	return set, files, info, err
}
