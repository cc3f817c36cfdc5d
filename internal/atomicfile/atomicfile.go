// Package atomicfile writes files atomically: if the program crashes or the disk is full, the
// old file is kept.
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

// suffix is the suffix of temporary files; their names start with a dot.
const suffix = ".rhyton-tmp"

// Write calls write with a temporary file beside path, syncs the file, renames it to path and
// syncs the folder, which is created if missing. On error, path is left unchanged. A process
// that is killed leaves its temporary file behind; see [Sweep].
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

// Probe returns an error if files can't be written in dir.
func Probe(dir string) error {
	Sweep(dir)
	f, err := create(dir, "probe")
	if err != nil {
		return fmt.Errorf("folder %q can't be written to: %w", dir, err)
	}
	err = f.Close()
	if e := os.Remove(f.Name()); !errors.Is(e, fs.ErrNotExist) { // another writer's sweep may have removed it
		err = errors.Join(err, e)
	}
	return err
}

// create creates a temporary file and locks it against sweeps. A file that was swept before it
// was locked is created again.
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

// exists reports whether the name of f still refers to f.
func exists(f *os.File) bool {
	held, err := f.Stat()
	if err != nil {
		return false
	}
	named, err := os.Lstat(f.Name())
	return err == nil && os.SameFile(held, named)
}

// Sweep removes the temporary files in dir whose writers have died. Files that can't be removed
// are left; they do no harm. Sweep reads the whole folder, so it suits writers of few, large files.
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
