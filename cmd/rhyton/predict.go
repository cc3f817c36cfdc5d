package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"github.com/rhyton/rhyton/datasets"
	"github.com/rhyton/rhyton/losses"
	"github.com/rhyton/rhyton/models"
	"github.com/rhyton/rhyton/tensor"
	"github.com/spf13/cobra"
)

// A prediction states which columns of a table are the inputs of a model, and what is printed.
type prediction struct {
	features, ignore []string
	classes          bool
}

func predictCommand() *cobra.Command {
	var p prediction
	c := does(&cobra.Command{
		Use:   "predict model.keras data.csv",
		Short: "Print a model's outputs for the rows of a table",
		Long: "Read a table with a header line and print what the model predicts for its rows, as CSV. The numbers of a\n" +
			"row, in the order of the columns, are the input of the model, which must have one of (batch, columns).",
		Example: "  rhyton predict iris.keras iris.csv --ignore species --classes",
	}, cobra.ExactArgs(2), func(c *cobra.Command, args []string) error {
		return p.print(c.Context(), c.OutOrStdout(), args[0], args[1])
	})
	c.Flags().StringSliceVar(&p.features, "features", nil, "columns of the input (default: all)")
	c.Flags().StringSliceVar(&p.ignore, "ignore", nil, "columns to leave out")
	c.Flags().BoolVar(&p.classes, "classes", false, "print the number of the likeliest class instead of the outputs")
	return c
}

func (p prediction) print(ctx context.Context, out io.Writer, model, data string) error {
	m, err := models.Load(model)
	if err != nil {
		return err
	}
	if n := len(m.InputNames()); n != 1 {
		return fmt.Errorf("predict: the model has %d inputs; a table goes into one", n)
	}
	table, err := datasets.CSV{Features: p.features, Ignore: p.ignore}.Load(data)
	if err != nil {
		return err
	}
	y, err := m.Predict(ctx, table.X)
	if err != nil {
		return err
	}
	return p.write(out, m.OutputNames(), y)
}

// write prints the outputs, one line per sample.
func (p prediction) write(out io.Writer, names []string, y []*tensor.Tensor) error {
	w := csv.NewWriter(out)
	var head []string
	var columns []func(row int) string
	for i, t := range y {
		h, c, err := p.columns(names[i], t)
		if err != nil {
			return err
		}
		head, columns = append(head, h...), append(columns, c...)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for row := range y[0].Shape()[0] {
		var line []string
		for _, column := range columns {
			line = append(line, column(row))
		}
		if err := w.Write(line); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// columns returns the headers of an output's columns and their cells.
func (p prediction) columns(name string, t *tensor.Tensor) (heads []string, cells []func(row int) string, err error) {
	if p.classes {
		labels, err := losses.Labels(t)
		return []string{name}, []func(int) string{func(row int) string { return strconv.Itoa(labels[row]) }}, err
	}
	values, err := tensor.As[float64](t)
	if err != nil {
		return nil, nil, err
	}
	width := len(values) / max(t.Shape()[0], 1)
	for j := range width {
		head := name
		if width > 1 {
			head += "_" + strconv.Itoa(j)
		}
		heads = append(heads, head)
		cells = append(cells, func(row int) string { return strconv.FormatFloat(values[row*width+j], 'g', 7, 64) })
	}
	return heads, cells, nil
}
