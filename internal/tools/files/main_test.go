package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestFilesOfOtherVersionsLoad(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "..", "shared", "files")
	if _, err := os.Stat(dir); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("the files of other versions are not beside the repository")
	}
	register()
	r := runner{}
	if err := r.all(dir); err != nil {
		t.Fatal(err)
	}
	if r.failed > 0 || r.passed < 397 {
		t.Errorf("%d passed and %d failed; want all 397 and more", r.passed, r.failed)
	}
}
