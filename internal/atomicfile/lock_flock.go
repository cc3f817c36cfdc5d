//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// hold takes the lock that says that f is being written, which ends with the process; false
// if a sweep has it. Where files can't be locked nothing is swept.
func hold(f *os.File) bool { return !errors.Is(lock(f), syscall.EWOULDBLOCK) }

func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// removeAbandoned removes a temporary file that nobody holds.
func removeAbandoned(name string) {
	f, err := os.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	if lock(f) == nil {
		os.Remove(name)
	}
}

// rename gives f its final name, then lets go of it.
func rename(f *os.File, path string) error {
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return f.Close()
}
