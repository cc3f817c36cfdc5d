package main

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/activations"
	"github.com/rhyton/rhyton/layers"
	"github.com/rhyton/rhyton/models"
)

// call runs the command and fails unless its exit status is want.
func call(t *testing.T, want int, args ...string) (out, msg string) {
	t.Helper()
	var o, m strings.Builder
	if got := run(context.Background(), args, &o, &m); got != want {
		t.Errorf("rhyton %q: status %d; want %d\n%s%s", args, got, want, &o, &m)
	}
	return o.String(), m.String()
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("there is no %q in\n%s", p, text)
		}
	}
}

// file writes a test file and returns its path.
func file(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

const (
	overfitted = "epoch,loss,val_loss\n0,1,.9\n1,.5,.5\n2,.33,.6\n3,.25,.7\n4,.2,.8\n5,.16,.9\n"
	fine       = "epoch,loss,val_loss\n0,1,.9\n1,.5,.5\n2,.4,.41\n3,.39,.4\n4,.388,.4\n5,.387,.4\n6,.387,.4\n7,.386,.4\n8,.386,.4\n"
)

func TestDevicesAreListedWithAReason(t *testing.T) {
	out, _ := call(t, 0, "devices")
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
	contains(t, out, "cpu       yes", "ref       yes", "gorgonia  yes")
	call(t, 0, "devices", "cpu", "ref")
}

func TestAMissingDeviceIsNamedOnOneLineAndFails(t *testing.T) {
	t.Setenv("PJRT_PLUGIN_NONESUCH_PATH", "")
	out, msg := call(t, 1, "devices", "xla:"+os.DevNull+"/nonesuch.so", "nonesuch", "ref:x", "ref")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 5 {
		t.Fatalf("%d lines; want 5:\n%s", len(lines), out)
	}
	for i, want := range []string{"nonesuch.so", "known: cpu, gorgonia, ref, xla", "it takes none"} {
		if l := lines[i+1]; !strings.Contains(l, " no ") || !strings.Contains(l, want) {
			t.Errorf("%q: want no and %q", l, want)
		}
	}
	contains(t, msg, "nonesuch, ref:x can't be opened")
}

func TestInfoNamesVersionsAndMachine(t *testing.T) {
	out, _ := call(t, 0, "info")
	contains(t, out, "rhyton ", runtime.Version(), runtime.GOOS+"/"+runtime.GOARCH)
	for _, args := range [][]string{{"version"}, {"--version"}} {
		out, _ = call(t, 0, args...)
		contains(t, out, "rhyton "+version())
	}
}

func TestWrongCallsAreExplained(t *testing.T) {
	csv := file(t, "h.csv", fine)
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "a command is missing; rhyton help lists them"},
		{[]string{"train"}, `there is no command "train"; rhyton help lists them`},
		{[]string{"verdit", csv}, `there is no command "verdit"; did you mean "verdict"?`},
		{[]string{"info", "x"}, `unknown command "x" for "rhyton info"`},
		{[]string{"-x"}, "unknown shorthand flag: 'x'"},
		{[]string{"verdict"}, "requires at least 1 arg"},
		{[]string{"verdict", "--fail-on", "bad", csv}, "there is no such finding; there are undecided, good-fit, overfitting"},
		{[]string{"verdict", "--target", "accuracy", csv}, "want name=value"},
		{[]string{"convert", "a.keras"}, "accepts 2 arg(s), received 1"},
	} {
		_, msg := call(t, 2, c.args...)
		contains(t, msg, "rhyton: ", c.want)
	}
}

func TestHelpAndCompletionArePrinted(t *testing.T) {
	out, _ := call(t, 0, "help")
	contains(t, out, "completion", "convert", "devices", "info", "plot", "predict", "summary", "verdict", "version")
	out, _ = call(t, 0, "help", "verdict")
	contains(t, out, "--fail-on", "mismatched-data", "--validation-samples")
	out, _ = call(t, 0, "completion", "bash")
	contains(t, out, "bash completion")
}

func TestVerdictPrintsAndFailsOn(t *testing.T) {
	bad, good := file(t, "bad.csv", overfitted), file(t, "good.csv", fine)
	out, _ := call(t, 0, "verdict", bad)
	contains(t, out, "OVERFITTING from epoch 2: val_loss +80% while loss -68%. Try: ")
	out, _ = call(t, 0, "verdict", bad, good)
	contains(t, out, bad+": OVERFITTING", good+": GOOD FIT")
	call(t, 0, "verdict", "--fail-on", "overfitting,diverged", good)
	out, msg := call(t, 1, "verdict", "--fail-on", "overfitting,diverged", bad, good)
	contains(t, out, good+": GOOD FIT")
	contains(t, msg, "bad.csv is overfitting")
	out, _ = call(t, 0, "verdict", "--target", "val_loss=.3", good)
	contains(t, out, "UNDERFITTING: val_loss 0.4 misses the target 0.3")
	out, _ = call(t, 0, "verdict", "--chance", ".4", good)
	contains(t, out, "NOTHING LEARNT")
	_, msg = call(t, 1, "verdict", file(t, "no.csv", "a,b\n1,2\n"))
	contains(t, msg, "no.csv", `one of them "epoch"`)
}

func TestPlotDrawsBesideTheFile(t *testing.T) {
	a, b := file(t, "a.csv", fine), file(t, "b.csv", overfitted)
	out, _ := call(t, 0, "plot", a)
	picture := strings.TrimSuffix(a, "csv") + "png"
	if s, err := os.Stat(picture); err != nil || s.Size() == 0 || strings.TrimSpace(out) != picture {
		t.Errorf("%v; printed %q", err, out)
	}
	to := filepath.Join(t.TempDir(), "both.svg")
	call(t, 0, "plot", "-o", to, a, b)
	if text, err := os.ReadFile(to); err != nil || !strings.Contains(string(text), "<svg") {
		t.Errorf("%v; no picture of both", err)
	}
	call(t, 1, "plot", "-o", "both.bmp", a)
}

func TestModelsAreSummedUpConvertedAndPredict(t *testing.T) {
	m := models.Sequential(layers.Input(2), &layers.Dense{Units: 3, Activation: activations.Softmax})
	if err := m.Compile(models.Compile{Seed: 1}); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "m.keras")
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
	out, _ := call(t, 0, "summary", path)
	contains(t, out, "Dense", "total 9")
	for _, name := range []string{"again.keras", "w.weights.h5", "w.safetensors", "m.json"} {
		to := filepath.Join(dir, name)
		call(t, 0, "convert", path, to)
		if s, err := os.Stat(to); err != nil || s.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, msg := call(t, 1, "convert", path, filepath.Join(dir, "m.onnx"))
	contains(t, msg, "want an ending .keras, .weights.h5, .safetensors or .json")

	table := file(t, "x.csv", "a,name,b\n1,x,2\n3,y,4\n")
	out, _ = call(t, 0, "predict", filepath.Join(dir, "again.keras"), table, "--ignore", "name")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	if len(lines) != 3 || lines[0] != "dense_0,dense_1,dense_2" || strings.Count(lines[2], ",") != 2 {
		t.Errorf("%q; want a head and two rows of three", out)
	}
	out, _ = call(t, 0, "predict", path, table, "--features", "a,b", "--classes")
	if lines = strings.Split(strings.TrimSpace(out), "\n"); len(lines) != 3 || lines[0] != "dense" || len(lines[1]) != 1 {
		t.Errorf("%q; want the class of each row", out)
	}
	_, msg = call(t, 1, "predict", path, table)
	contains(t, msg, `"x" is`)
	_, msg = call(t, 1, "summary", filepath.Join(dir, "none.keras"))
	contains(t, msg, "none.keras")
}
