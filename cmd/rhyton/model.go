package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/rhyton/rhyton/models"
	"github.com/spf13/cobra"
)

func summaryCommand() *cobra.Command {
	var s models.Summary
	c := does(&cobra.Command{Use: "summary model.keras", Short: "Print the layers of a model"}, cobra.ExactArgs(1),
		func(c *cobra.Command, args []string) error {
			m, err := models.Load(args[0])
			if err != nil {
				return err
			}
			return m.Summary(c.OutOrStdout(), s)
		})
	c.Flags().IntVar(&s.Width, "width", 0, "columns to fit (default 100)")
	c.Flags().BoolVar(&s.Nested, "nested", false, "list the layers of nested models too")
	return c
}

func convertCommand() *cobra.Command {
	return does(&cobra.Command{
		Use:   "convert model.keras out",
		Short: "Write a model in another format",
		Long: "Read a model from a .keras or legacy .h5 file and write it in the format that the ending of out says:\n" +
			".keras the whole model, .weights.h5 or .safetensors its weights, .json its configuration.",
		Example: "  rhyton convert old.h5 new.keras\n  rhyton convert model.keras model.safetensors",
	}, cobra.ExactArgs(2), func(_ *cobra.Command, args []string) error { return convert(args[0], args[1]) })
}

func convert(from, to string) error {
	m, err := models.Load(from)
	if err != nil {
		return err
	}
	switch {
	case strings.HasSuffix(to, ".keras"):
		return m.Save(to)
	case strings.HasSuffix(to, ".weights.h5"), strings.HasSuffix(to, ".safetensors"):
		return m.SaveWeights(to)
	case strings.HasSuffix(to, ".json"):
		text, err := m.ToJSON()
		if err != nil {
			return err
		}
		return os.WriteFile(to, append(text, '\n'), 0o666)
	}
	return fmt.Errorf("convert: %s: want an ending .keras, .weights.h5, .safetensors or .json", to)
}
