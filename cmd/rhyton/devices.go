package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/rhyton/rhyton/backend"
	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/gorgonia"
	_ "github.com/rhyton/rhyton/backend/ref"
	_ "github.com/rhyton/rhyton/backend/xla"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/graph/fused"
	"github.com/spf13/cobra"
)

// known are the devices that are tried by default.
var known = []string{"cpu", "ref", "gorgonia", "xla:cpu", "xla:cuda", "xla:rocm", "xla:tpu"}

func devicesCommand() *cobra.Command {
	return does(&cobra.Command{
		Use:   "devices [name …]",
		Short: "List devices, and why others can't be opened",
		Long: "List what models can run on: the named devices, which are names for models.Compile's Device such as\n" +
			"xla:cuda?device=1, or all kinds. The exit status is 1 if a named one can't be opened.",
		Example: "  rhyton devices\n  rhyton devices xla:cuda",
	}, cobra.ArbitraryArgs, func(c *cobra.Command, names []string) error {
		return devices(c.OutOrStdout(), names)
	})
}

// devices prints a line for each name. A device that is named but cannot be opened is an error.
func devices(out io.Writer, names []string) error {
	var missing []string
	asked := len(names) > 0
	if !asked {
		names = known
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DEVICE\tHERE\tWHAT IT IS, OR WHY IT IS NOT HERE")
	for _, n := range names {
		here, text := describe(n)
		fmt.Fprintf(w, "%s\t%s\t%s\n", n, here, text)
		if here == "no" {
			missing = append(missing, n)
		}
	}
	if err := w.Flush(); err != nil || !asked || len(missing) == 0 {
		return err
	}
	return fmt.Errorf("devices: %s can't be opened", strings.Join(missing, ", "))
}

// describe opens a device and describes its capabilities, or returns the first line of the error.
func describe(name string) (here, text string) {
	dev, err := backend.Open(name)
	if err != nil {
		first, _, _ := strings.Cut(err.Error(), "\n")
		return "no", first
	}
	defer dev.Close()
	c := dev.Caps()
	text = cmp.Or(c.Name, name)
	if c.SharedMemory {
		text += "; shares the host's memory"
	}
	if own := native(c); own != nil {
		text += "; own " + strings.Join(own, ", ")
	}
	return "yes", text
}

// native returns the names of the composites that a device executes natively.
func native(c backend.Caps) (names []string) {
	if c.Native == nil {
		return nil
	}
	for _, op := range []struct {
		name string
		op   graph.Op
	}{
		{"softmax", fused.Softmax{}}, {"cross-entropy", fused.SoftmaxCrossEntropy{}}, {"layer norm", fused.LayerNorm{}},
		{"batch norm", fused.BatchNorm{}}, {"LSTM", fused.LSTM{}}, {"GRU", fused.GRU{}}, {"dropout", fused.Dropout{}}, {"Adam", fused.Adam{}},
	} {
		if c.Native(op.op) {
			names = append(names, op.name)
		}
	}
	return names
}
