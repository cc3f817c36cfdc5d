package main

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/training"
	"github.com/spf13/cobra"
)

// facts are facts about the runs that are given by flags rather than in the files.
type facts struct {
	samples, validation, params int
	chance                      float64
	target                      []string // name=value
}

func verdictCommand() *cobra.Command {
	var f facts
	var failOn []string
	c := does(&cobra.Command{
		Use:   "verdict FILE.csv …",
		Short: "Say what learning curves show",
		Long: "Judge the histories in files of History.WriteCSV or Keras' CSVLogger, a line each. What is known of the\n" +
			"runs beside their losses makes the verdict surer. With --fail-on the exit status is 1 if one of these\n" +
			"is found: " + strings.Join(findings(), ", ") + ".",
		Example: "  rhyton verdict curves.csv\n  rhyton verdict --validation-samples 2000 --fail-on overfitting,diverged out/*.csv",
	}, cobra.MinimumNArgs(1), func(c *cobra.Command, files []string) error {
		return verdict(c.OutOrStdout(), files, f, failOn)
	})
	flags := c.Flags()
	flags.StringSliceVar(&failOn, "fail-on", nil, "findings that are failures, separated by commas")
	flags.IntVar(&f.samples, "train-samples", 0, "number of training samples")
	flags.IntVar(&f.validation, "validation-samples", 0, "number of validation samples")
	flags.IntVar(&f.params, "params", 0, "number of the model's parameters")
	flags.Float64Var(&f.chance, "chance", 0, "loss of guessing: ln C for C classes, the variance of a target")
	flags.StringSliceVar(&f.target, "target", nil, "what is to be reached, such as val_accuracy=0.95")
	c.PreRunE = func(*cobra.Command, []string) error {
		for _, name := range failOn {
			if !slices.Contains(findings(), name) {
				return fmt.Errorf("--fail-on %s: there is no such finding; there are %s", name, strings.Join(findings(), ", "))
			}
		}
		_, err := f.targets()
		return err
	}
	return c
}

// findings returns the names of findings as used on the command line, such as "good-fit".
func findings() (names []string) {
	for _, f := range training.Findings() {
		names = append(names, slug(f))
	}
	return names
}

func slug(f training.Finding) string {
	return strings.ReplaceAll(strings.ToLower(f.String()), " ", "-")
}

func (f facts) targets() (training.Logs, error) {
	logs := training.Logs{}
	for _, t := range f.target {
		name, value, ok := strings.Cut(t, "=")
		v, err := strconv.ParseFloat(value, 64)
		if !ok || err != nil {
			return nil, fmt.Errorf("--target %s: want name=value, such as val_accuracy=0.95", t)
		}
		logs[name] = v
	}
	return logs, nil
}

// verdict prints a verdict for each file.
func verdict(out io.Writer, files []string, f facts, failOn []string) error {
	var found []string
	for _, path := range files {
		h, err := training.OpenHistory(path)
		if err != nil {
			return err
		}
		h.TrainSamples, h.ValidationSamples, h.Params, h.Chance = f.samples, f.validation, f.params, f.chance
		h.Target, _ = f.targets() // checked by PreRunE
		v := h.Verdict()
		if len(files) > 1 {
			fmt.Fprintf(out, "%s: ", path)
		}
		if _, err := fmt.Fprintln(out, v); err != nil {
			return err
		}
		if slices.Contains(failOn, slug(v.Finding)) {
			found = append(found, path+" is "+slug(v.Finding))
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("verdict: %s", strings.Join(found, ", "))
	}
	return nil
}
