package main

import (
	"errors"
	"flag"
	"os"
	"runtime"
	"strings"
	"testing"
)

func output(t *testing.T, args ...string) (out, help string, err error) {
	t.Helper()
	var o, h strings.Builder
	err = run(args, &o, &h)
	return o.String(), h.String(), err
}

func TestDevicesAreListedWithAReason(t *testing.T) {
	out, _, err := output(t, "devices")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != len(known)+1 {
		t.Fatalf("%d lines; want a head and %d devices:\n%s", len(lines), len(known), out)
	}
	for i, name := range known {
		f := strings.Fields(lines[i+1])
		if f[0] != name || f[1] != "yes" && f[1] != "no" || len(f) < 3 {
			t.Errorf("%q: want %s, yes or no, and a text", lines[i+1], name)
		}
	}
	for _, want := range []string{"cpu       yes", "ref       yes", "gorgonia  yes"} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in\n%s", want, out)
		}
	}
}

func TestAMissingPluginIsNamedOnOneLine(t *testing.T) {
	t.Setenv("PJRT_PLUGIN_NONESUCH_PATH", "")
	out, _, err := output(t, "devices", "xla:"+os.DevNull+"/nonesuch.so", "nonesuch", "ref:x")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines; want 4:\n%s", len(lines), out)
	}
	for i, want := range []string{"nonesuch.so", "there are cpu, gorgonia, ref, xla", "it takes none"} {
		if l := lines[i+1]; !strings.Contains(l, " no ") || !strings.Contains(l, want) {
			t.Errorf("%q: want no and %q", l, want)
		}
	}
}

func TestInfoNamesVersionsAndMachine(t *testing.T) {
	out, _, err := output(t, "info")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"rhyton ", runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH} {
		if !strings.Contains(out, want) {
			t.Errorf("there is no %q in\n%s", want, out)
		}
	}
}

func TestWrongArgumentsAreExplained(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"train"}, `command "train"; there are devices and info`},
		{[]string{"info", "x"}, `info: arguments ["x"]; it takes none`},
		{[]string{"-x"}, "flag provided but not defined: -x"},
	} {
		if _, _, err := output(t, c.args...); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v; want %q", c.args, err, c.want)
		}
	}
	if _, help, err := output(t); !errors.Is(err, flag.ErrHelp) || !strings.Contains(help, "rhyton devices") {
		t.Errorf("without a command: %v and %q; want the usage", err, help)
	}
}
