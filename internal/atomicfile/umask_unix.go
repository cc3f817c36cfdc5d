//go:build unix

package atomicfile

import (
	"io/fs"
	"sync"
	"syscall"
)

// umask returns the process's file mode mask, which can only be read by setting it.
var umask = sync.OnceValue(func() fs.FileMode {
	m := syscall.Umask(0o022)
	syscall.Umask(m)
	return fs.FileMode(m)
})
