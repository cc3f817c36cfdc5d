// Command rhyton inspects devices, models and training histories.
//
//	rhyton devices [name …]            each device: what it is, or why it can't be opened
//	rhyton info                        versions and the machine
//	rhyton summary model.keras         the layers of a model
//	rhyton predict model.keras x.csv   the model's outputs for the rows of a table
//	rhyton convert model.keras out     the model, its weights or its configuration in another format
//	rhyton plot history.csv            the learning curves as a picture
//	rhyton verdict history.csv …       what the learning curves show
//
// rhyton help COMMAND lists the flags. The exit status is 0 on success, 1 if something failed or
// a verdict is one of verdict's --fail-on, and 2 for an invalid command line.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// failed is an error of a command whose command line was valid.
type failed struct{ error }

// Unwrap returns the wrapped error.
func (f failed) Unwrap() error { return f.error }

// run executes args, prints the result to out and errors to msg, and returns the exit status.
func run(ctx context.Context, args []string, out, msg io.Writer) int {
	root := root()
	root.SetArgs(args)
	root.SetOut(out)
	root.SetErr(msg)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	fmt.Fprintln(msg, "rhyton:", err)
	if errors.As(err, &failed{}) {
		return 1
	}
	return 2
}
