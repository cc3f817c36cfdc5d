package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestLayersAreAsGenerated(t *testing.T) {
	const dir = "../../../layers"
	for file, ranks := range families {
		for _, rank := range ranks {
			name, want, err := generate(dir, file, rank)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("layers/%s is not what layers/%s makes it; run go generate ./layers (%v)", name, file, err)
			}
		}
	}
}
