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
)

// known are the devices that are tried.
var known = []string{"cpu", "ref", "gorgonia", "xla:cpu", "xla:cuda", "xla:rocm", "xla:tpu"}

// devices prints a line for each name.
func devices(out io.Writer, names []string) error {
	if len(names) == 0 {
		names = known
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "DEVICE\tHERE\tWHAT IT IS, OR WHY IT IS NOT HERE")
	for _, n := range names {
		here, text := describe(n)
		fmt.Fprintf(w, "%s\t%s\t%s\n", n, here, text)
	}
	return w.Flush()
}

// describe opens a device and says what it can do, or gives the first line of the error.
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

// native names the composites that a device takes whole.
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
