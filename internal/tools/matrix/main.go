// Command matrix writes which device does what into docs/backends.md: it runs the suite
// backendtest on each device that is here and puts a table between the page's markers.
//
//	go run ./internal/tools/matrix [-file docs/backends.md] [-devices cpu,ref,gorgonia,xla:cpu]
package main

import (
	"flag"
	"fmt"
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

func main() {
	file := flag.String("file", "docs/backends.md", "the page to write into")
	names := flag.String("devices", "cpu,ref,gorgonia,xla:cpu", "the columns")
	testing.Init()
	flag.Parse()
	if err := write(*file, strings.Split(*names, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
		os.Exit(1)
	}
}

// write replaces the page's table.
func write(file string, names []string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var columns []column
	for _, n := range names {
		m, err := conformance(n)
		if err != nil {
			return fmt.Errorf("%s: %w", n, err)
		}
		columns = append(columns, column{n, m})
	}
	text, err := replaced(string(page), table(columns))
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return os.WriteFile(file, []byte(text), 0o644)
}

// conformance runs the suite on a device.
func conformance(name string) (m *backendtest.Matrix, err error) {
	dev, err := backend.Open(name)
	if err != nil {
		return nil, err
	}
	defer dev.Close()
	ok := testing.RunTests(func(_, _ string) (bool, error) { return true, nil }, []testing.InternalTest{{
		Name: name, F: func(t *testing.T) { m = backendtest.Run(t, dev) },
	}})
	if !ok {
		return nil, fmt.Errorf("it fails the suite")
	}
	return m, nil
}
