package safetensors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestHostileFilesAreRefused reads the files made to break readers that lie beside the repository.
func TestHostileFilesAreRefused(t *testing.T) {
	dir := os.Getenv("RHYTON_HOSTILE")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "hostile")
	}
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the hostile files are not beside the repository")
	}
	type row struct{ File, Kind, Expect, Wrong string }
	var rows []row
	var wrapped struct{ Files []row }
	if json.Unmarshal(raw, &rows) != nil {
		if err := json.Unmarshal(raw, &wrapped); err != nil {
			t.Fatal(err)
		}
		rows = wrapped.Files
	}
	ran := 0
	for _, r := range rows {
		if r.Kind != "safetensors" || strings.HasSuffix(r.File, ".gz") {
			continue
		}
		ran++
		f, err := os.Open(filepath.Join(dir, r.File))
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
			t.Errorf("%s: %s: it is read", r.File, r.Wrong)
		}
		if r.Expect == "ok" && err != nil {
			t.Errorf("%s: %v", r.File, err)
		}
	}
	if ran == 0 {
		t.Error("no files")
	}
}
