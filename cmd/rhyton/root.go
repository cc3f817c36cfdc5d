package main

import (
	"fmt"

	"github.com/spf13/cobra"
)

// root returns the root command with its subcommands.
func root() *cobra.Command {
	c := &cobra.Command{
		Use:           "rhyton",
		Short:         "Look at devices, models and learning curves",
		Version:       version(),
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		Args:                       cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknown(c, args[0])
			}
			return fmt.Errorf("a command is missing; rhyton help lists them")
		},
	}
	c.SetVersionTemplate("rhyton {{.Version}}\n")
	c.AddCommand(versionCommand(), infoCommand(), devicesCommand(), summaryCommand(), predictCommand(),
		convertCommand(), plotCommand(), verdictCommand())
	return c
}

// unknown returns the error for an unknown command.
func unknown(c *cobra.Command, name string) error {
	if near := c.SuggestionsFor(name); len(near) > 0 {
		return fmt.Errorf("there is no command %q; did you mean %q?", name, near[0])
	}
	return fmt.Errorf("there is no command %q; rhyton help lists them", name)
}

// does returns a command whose failures, other than an invalid command line, exit with status 1.
func does(c *cobra.Command, args cobra.PositionalArgs, f func(*cobra.Command, []string) error) *cobra.Command {
	c.Args, c.DisableFlagsInUseLine = args, true
	c.RunE = func(c *cobra.Command, args []string) error {
		if err := f(c, args); err != nil {
			return failed{err}
		}
		return nil
	}
	return c
}
