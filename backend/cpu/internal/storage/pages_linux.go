package storage

import (
	"syscall"
)

// pageBytes is the size of a large page on most machines.
const pageBytes = 2 << 20

// adviseLarge asks for huge pages for b, which is aligned to one. It is advice: the error of a
// system without them does not matter.
func adviseLarge(b []byte) {
	const hugePage = 14 // MADV_HUGEPAGE of madvise(2)
	_ = syscall.Madvise(b[:len(b)/pageBytes*pageBytes], hugePage)
}
