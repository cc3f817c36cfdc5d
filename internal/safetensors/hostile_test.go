package safetensors

import (
	"os"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

func TestHostileFilesAreRefused(t *testing.T) {
	for _, r := range collections.Hostile(t, "safetensors") {
		if strings.HasSuffix(r.Name, ".gz") {
			continue
		}
		f, err := os.Open(r.Path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(f, info.Size())
		f.Close()
		if r.Expect == "error" && err == nil {
			t.Errorf("%s: %s: it is read", r.Name, r.Wrong)
		}
		if r.Expect == "ok" && err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
}
