package storage

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"testing"
	"unsafe"
)

// Much memory is marked for large pages, where the system knows them.
func TestMuchMemoryLiesInLargePages(t *testing.T) {
	if _, err := os.Stat("/sys/kernel/mm/transparent_hugepage"); err != nil {
		t.Skip(err)
	}
	const n = 3*pageBytes + 100
	p := Aligned(n)
	if b := Bytes(p, n); uintptr(p)%pageBytes != 0 || b[0] != 0 || b[n-1] != 0 {
		t.Errorf("memory at %p, %d and %d at its ends", p, b[0], b[n-1])
	}
	if flags := flagsOf(t, p); !strings.Contains(flags+" ", " hg ") {
		t.Errorf("memory at %p has%s", p, flags)
	}
}

// flagsOf is what the system says of the memory at p.
func flagsOf(t *testing.T, p unsafe.Pointer) string {
	f, err := os.Open("/proc/self/smaps")
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	inside := false
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var lo, hi uintptr
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x ", &lo, &hi); n == 2 {
			inside = lo <= uintptr(p) && uintptr(p) < hi
		}
		if flags, ok := strings.CutPrefix(lines.Text(), "VmFlags:"); ok && inside {
			return flags
		}
	}
	t.Skip("no VmFlags")
	return ""
}
