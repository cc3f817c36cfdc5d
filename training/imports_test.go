package training

import (
	"os/exec"
	"strings"
	"testing"
)

// Models import this package, so everything it imports is linked into every program.
func TestNothingHeavyIsLinked(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for _, dep := range strings.Fields(string(out)) {
		if first, _, _ := strings.Cut(dep, "/"); strings.Contains(first, ".") && !strings.HasPrefix(dep, "github.com/rhyton/rhyton/") {
			t.Errorf("imports %s: want the standard library and arrays alone", dep)
		}
	}
}
