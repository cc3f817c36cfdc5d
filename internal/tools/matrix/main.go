// Command matrix writes the table of device capabilities in docs/backends.md: it runs the suite
// backendtest on each available device and puts the table between the page's markers.
//
//	go run ./internal/tools/matrix [-file docs/backends.md] [-devices cpu,ref,gorgonia,xla:cpu]
package main

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/backend"
	"github.com/rhyton/rhyton/backend/backendtest"
	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/gorgonia"
	_ "github.com/rhyton/rhyton/backend/ref"
	_ "github.com/rhyton/rhyton/backend/xla"
)

var (
	file  = flag.String("file", "docs/backends.md", "the page to write into")
	names = flag.String("devices", "cpu,ref,gorgonia,xla:cpu", "the columns")
)

// main runs as a program with one test, because the suite needs a *testing.T.
func main() {
	always := func(_, _ string) (bool, error) { return true, nil }
	testing.Main(always, []testing.InternalTest{{Name: "Matrix", F: write}}, nil, nil)
}

// write replaces the table in the page.
func write(t *testing.T) {
	var columns []column
	for _, n := range strings.Split(*names, ",") {
		t.Run(n, func(t *testing.T) { columns = append(columns, column{n, conformance(t, n)}) })
	}
	page, err := os.ReadFile(*file)
	if err != nil {
		t.Fatal(err)
	}
	if t.Failed() {
		return
	}
	text, err := replaced(string(page), table(columns))
	if err != nil {
		t.Fatalf("%s: %v", *file, err)
	}
	if err := os.WriteFile(*file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// conformance runs the suite on a device.
func conformance(t *testing.T, name string) *backendtest.Matrix {
	dev, err := backend.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer dev.Close()
	return backendtest.Run(t, dev)
}
