package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

// info prints the versions of this program and the modules behind its devices, and the machine.
func info(out io.Writer) error {
	version, modules := "(unknown)", []*debug.Module{}
	if b, ok := debug.ReadBuildInfo(); ok {
		version, modules = b.Main.Version, b.Deps
	}
	fmt.Fprintf(out, "rhyton    %s\n", version)
	fmt.Fprintf(out, "go        %s\n", runtime.Version())
	fmt.Fprintf(out, "machine   %s/%s, %d processors, %d used\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.GOMAXPROCS(0))
	for _, m := range modules {
		if m.Path == "gorgonia.org/gorgonia" || m.Path == "github.com/ebitengine/purego" {
			fmt.Fprintf(out, "%s  %s\n", m.Path, m.Version)
		}
	}
	return nil
}
