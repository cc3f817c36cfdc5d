package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

func TestAFailedWriteLeavesTheOldFileAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "sub", "a.txt")
	if err := Write(path, func(w io.Writer) error { _, err := io.WriteString(w, "old"); return err }); err != nil {
		t.Fatal(err)
	}
	full := errors.New("disk full")
	err := Write(path, func(w io.Writer) error { io.WriteString(w, "ne"); return full })
	if !errors.Is(err, full) {
		t.Errorf("got %v; want it to wrap the cause", err)
	}
	if text, _ := os.ReadFile(path); string(text) != "old" {
		t.Errorf("the file has %q", text)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files are left", len(files))
	}
}

func TestWriteReplacesTheWholeFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.txt")
	for _, text := range []string{"a longer first text", "short"} {
		if err := Write(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }); err != nil {
			t.Fatal(err)
		}
		if got, _ := os.ReadFile(path); string(got) != text {
			t.Errorf("got %q", got)
		}
	}
}

func TestSweepRemovesWhatKilledWritersLeft(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{".a.txt.12" + suffix, ".other.34" + suffix, ".hidden", "b" + suffix} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("cut"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	err := Write(filepath.Join(dir, "a.txt"), func(w io.Writer) error {
		Sweep(dir) // must not remove this file
		_, err := io.WriteString(w, "new")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	files, _ := os.ReadDir(dir)
	var names []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	if want := []string{".hidden", "a.txt", "b" + suffix}; !slices.Equal(names, want) {
		t.Errorf("left %q, want %q", names, want)
	}
}

func TestWritersOfOneFolderDoNotDisturbEachOther(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 20 {
				Sweep(dir)
				if err := Write(filepath.Join(dir, fmt.Sprint(i)), func(io.Writer) error { return nil }); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
}
