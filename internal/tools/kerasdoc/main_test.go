package main

import (
	"bytes"
	"os"
	"regexp"
	"strings"
	"testing"
)

const root = "../../.."

func TestTheDocumentIsCurrent(t *testing.T) {
	want, err := document(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(root + "/docs/keras.md")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("docs/keras.md is not what go run ./internal/tools/kerasdoc writes: run it")
	}
}

// All names that the document refers to exist.
func TestOtherNamesExist(t *testing.T) {
	other, err := notes(root, "other_names.txt")
	if err != nil {
		t.Fatal(err)
	}
	names, err := kerasNames(root)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, n := range names {
		known[strings.Split(n.section, ".")[0]+" "+n.name] = true
	}
	reference := regexp.MustCompile("`(layers|losses|metrics|optimizers|activations|initializers|regularizers|constraints|callbacks|models|datasets|ops)\\.(\\w+)`")
	for n, text := range other {
		if !known[n.section+" "+n.name] {
			t.Errorf("%s %s is no name of Keras", n.section, n.name)
		}
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			e, err := exported(root, m[1])
			if err != nil {
				t.Fatal(err)
			}
			if e[plain(m[2])] != m[1]+"."+m[2] {
				t.Errorf("%s %s: %s is not there", n.section, n.name, m[0])
			}
		}
	}
}
