package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return does(&cobra.Command{Use: "version", Short: "Print the version"}, cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		_, err := fmt.Fprintln(c.OutOrStdout(), "rhyton", version())
		return err
	})
}

func infoCommand() *cobra.Command {
	return does(&cobra.Command{Use: "info", Short: "Print versions and the machine"}, cobra.NoArgs, func(c *cobra.Command, _ []string) error {
		return info(c.OutOrStdout())
	})
}

// version returns the module version recorded by the Go tool.
func version() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "(unknown)"
}

// info prints the machine and the versions of this program and of the modules behind its devices.
func info(out io.Writer) error {
	var modules []*debug.Module
	if b, ok := debug.ReadBuildInfo(); ok {
		modules = b.Deps
	}
	fmt.Fprintf(out, "rhyton    %s\n", version())
	fmt.Fprintf(out, "go        %s\n", runtime.Version())
	_, err := fmt.Fprintf(out, "machine   %s/%s, %d processors, %d used\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.GOMAXPROCS(0))
	for _, m := range modules {
		if m.Path == "gorgonia.org/gorgonia" || m.Path == "github.com/ebitengine/purego" {
			_, err = fmt.Fprintf(out, "%s  %s\n", m.Path, m.Version)
		}
	}
	return err
}
