//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package atomicfile

import (
	"errors"
	"os"
	"syscall"
)

// hold locks f, which marks it as being written until the process ends. It reports false if a
// sweep holds the lock. On file systems without locks nothing is swept.
func hold(f *os.File) bool { return !errors.Is(lock(f), syscall.EWOULDBLOCK) }

func lock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// removeAbandoned removes a temporary file that no process has locked.
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

// rename renames f to path, then unlocks it.
func rename(f *os.File, path string) error {
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	return f.Close()
}
