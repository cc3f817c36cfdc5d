package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestCommittedFilesAreWhatGenWrites(t *testing.T) {
	for name := range families {
		for _, arch := range []string{"amd64", "arm64"} {
			if arch == "amd64" || !amd64Alone[name] {
				compareFamily(t, name, arch)
			}
		}
	}
}

func compareFamily(t *testing.T, name, arch string) {
	t.Helper()
	dir := t.TempDir()
	out := filepath.Join(dir, name+"_"+arch)
	cmd := exec.Command("go", "run", ".", "-arch", arch, "-family", name, "-dir", dir, "-out", out+".s", "-stubs", out+".go", "-pkg", "kernel")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v: %s", name, err, text)
	}
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		fresh, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		have, err := os.ReadFile(filepath.Join("..", f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(body(fresh), body(have)) {
			t.Errorf("%s is not what gen writes: run go generate", f.Name())
		}
	}
}

// body is the file without its first line, which names the command.
func body(b []byte) []byte {
	_, rest, _ := bytes.Cut(b, []byte("\n"))
	return rest
}
