package archtest

import (
	"slices"
	"strings"
	"testing"
)

// The packages of the CPU device (see backend/cpu/README.md) and which of the others each may
// import. A graph is rewritten, then planned and emitted; neither half depends on the other.
func TestTheCPUDeviceIsLayered(t *testing.T) {
	const device = "backend/cpu"
	layers := []struct{ pkg, may string }{
		{"internal/kernel", ""},
		{"internal/uses", ""},
		{"internal/native", "internal/kernel"},
		{"internal/rewrite", "internal/kernel internal/native internal/uses"},
		{"internal/threads", "internal/kernel"},
		{"internal/storage", "internal/kernel internal/threads"},
		{"internal/plan", "internal/kernel internal/threads internal/storage"},
		{"internal/emit", "internal/kernel internal/threads internal/storage internal/plan internal/native internal/uses"},
	}
	may := map[string][]string{}
	for _, l := range layers {
		may[l.pkg] = strings.Fields(l.may)
	}
	found := 0
	for _, s := range sources(t) {
		pkg, below := strings.CutPrefix(s.pkg, device+"/")
		if s.isTest() || !below || strings.HasPrefix(pkg, "internal/kernel/") {
			continue
		}
		allowed, known := may[pkg]
		if !known {
			t.Errorf("%s: package %s is not in the table of this test", s.path, s.pkg)
			continue
		}
		found++
		for _, i := range s.imports {
			if other, ours := strings.CutPrefix(i, device+"/"); i == device || ours && !slices.Contains(allowed, other) {
				t.Errorf("%s imports %s; package %s may import %q", s.path, i, s.pkg, allowed)
			}
		}
	}
	if found < 50 {
		t.Errorf("only %d files were checked", found)
	}
}
