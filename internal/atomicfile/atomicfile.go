// Package atomicfile writes files atomically: after a crash or on a full disk, the old file is
// still there.
package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// suffix ends the names of temporary files; Write begins them with a dot.
const suffix = ".rhyton-tmp"

// Write has write fill a temporary file beside path, syncs it, renames it to path and
// syncs the folder, which is made if it is missing. On error path is as it was. A process that
// is killed leaves its temporary file behind; see [Sweep].
func Write(path string, write func(w io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	f, err := create(dir, filepath.Base(path))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("write %s: %w", path, err)
		}
	}()
	if err = f.Chmod(0o666 &^ umask()); err != nil {
		return err
	}
	if err = write(f); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = rename(f, path); err != nil {
		return err
	}
	return syncDir(dir)
}

// Probe reports if no file can be written in dir.
func Probe(dir string) error {
	Sweep(dir)
	f, err := create(dir, "probe")
	if err != nil {
		return fmt.Errorf("folder %q can't be written to: %w", dir, err)
	}
	err = f.Close()
	if e := os.Remove(f.Name()); !errors.Is(e, fs.ErrNotExist) { // another writer's sweep may have been here
		err = errors.Join(err, e)
	}
	return err
}

// create makes a temporary file and holds it, so that a sweep leaves it alone. One that was
// swept before it was held is made anew.
func create(dir, base string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(dir, "."+base+".*"+suffix)
		if err != nil {
			return nil, err
		}
		if hold(f) && exists(f) {
			return f, nil
		}
		f.Close()
	}
}

// exists reports whether the name of f still leads to f.
func exists(f *os.File) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(held, named)
}

// Sweep removes the temporary files in dir whose writers have died. What cannot be removed
// stays: it harms nobody. It reads the folder, so it is for writers of few and large files.
func Sweep(dir string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		if n := e.Name(); e.Type().IsRegular() && strings.HasPrefix(n, ".") && strings.HasSuffix(n, suffix) {
			removeAbandoned(filepath.Join(dir, n))
		}
	}
}
