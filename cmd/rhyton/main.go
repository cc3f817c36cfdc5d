// Command rhyton says what is here to run models on.
//
//	rhyton devices [name ...]   each device: what it is, or why it cannot be opened
//	rhyton info                 versions and the machine
//
// Names are those of models.Compile's Device, such as xla:cuda?device=1; without any, all
// kinds of devices are tried.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "rhyton:", err)
		}
		os.Exit(2)
	}
}

const usage = `usage:
  rhyton devices [name ...]   lists the devices found here and why others are not
  rhyton info                 prints versions and the machine
`

// run does what args say and prints it to out; help goes to help.
func run(args []string, out, help io.Writer) error {
	flags := flag.NewFlagSet("rhyton", flag.ContinueOnError)
	flags.SetOutput(help)
	flags.Usage = func() { fmt.Fprint(help, usage) }
	if err := flags.Parse(args); err != nil {
		return err
	}
	switch rest := flags.Args(); {
	case len(rest) == 0:
		flags.Usage()
		return flag.ErrHelp
	case rest[0] == "devices":
		return devices(out, rest[1:])
	case rest[0] == "info" && len(rest) == 1:
		return info(out)
	case rest[0] == "info":
		return fmt.Errorf("info: arguments %q; it takes none", rest[1:])
	default:
		return fmt.Errorf("command %q; there are devices and info", rest[0])
	}
}
