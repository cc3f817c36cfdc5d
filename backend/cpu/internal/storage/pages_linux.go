package storage

import (
	"syscall"
)

// pageBytes is the size of a large page on most machines.
const pageBytes = 2 << 20

// adviseLarge asks for large pages under b, which begins at one. A system that has none says
// so, which changes nothing.
func adviseLarge(b []byte) {
	const hugePage = 14 // MADV_HUGEPAGE of madvise(2)
	_ = syscall.Madvise(b[:len(b)/pageBytes*pageBytes], hugePage)
}
