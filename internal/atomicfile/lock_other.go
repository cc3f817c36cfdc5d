//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package atomicfile

import (
	"os"
	"time"
)

// hold does nothing: files count as abandoned by age.
func hold(*os.File) bool { return true }

// removeAbandoned removes a temporary file that has not been written to for a day.
func removeAbandoned(name string) {
	if info, err := os.Stat(name); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
		os.Remove(name)
	}
}

// rename closes f first, because some systems can't rename open files.
func rename(f *os.File, path string) error {
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
