package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/rhyton/rhyton/plots"
	"github.com/rhyton/rhyton/training"
	"github.com/spf13/cobra"
)

func plotCommand() *cobra.Command {
	var to string
	c := does(&cobra.Command{
		Use:     "plot history.csv …",
		Short:   "Draw learning curves",
		Long:    "Draw the learning curves of a file of History.WriteCSV or Keras' CSVLogger, with the verdict as the title.\nOf several files the losses are compared in one picture.",
		Example: "  rhyton plot curves.csv\n  rhyton plot --out compare.svg a.csv b.csv",
	}, cobra.MinimumNArgs(1), func(c *cobra.Command, files []string) error {
		if to == "" {
			to = strings.TrimSuffix(files[0], filepath.Ext(files[0])) + ".png"
		}
		if err := plot(to, files); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.OutOrStdout(), to)
		return err
	})
	c.Flags().StringVarP(&to, "out", "o", "", "the picture, ending in .png or .svg (default: beside the first file)")
	return c
}

func plot(to string, files []string) error {
	var runs []plots.Run
	for _, path := range files {
		h, err := training.OpenHistory(path)
		if err != nil {
			return err
		}
		runs = append(runs, plots.Run{Name: strings.TrimSuffix(filepath.Base(path), filepath.Ext(path)), History: h})
	}
	if len(runs) == 1 {
		return plots.SaveCurves(to, runs[0].History)
	}
	return plots.SaveComparison(to, "", runs...)
}
