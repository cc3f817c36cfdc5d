package golden

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"

	_ "github.com/rhyton/rhyton/backend/cpu"
	_ "github.com/rhyton/rhyton/backend/ref"
	"github.com/rhyton/rhyton/internal/collections"
)

func TestOpsAgreeWithKeras(t *testing.T) {
	paths, err := Paths(collections.Golden(t, ""), "op")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			c, err := Load(dev, p)
			if err != nil {
				t.Fatal(err)
			}
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				if err := c.Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestOpsAgreeWithMoreOfKeras runs the cases written by testdata/op.py and op_window.py.
func TestOpsAgreeWithMoreOfKeras(t *testing.T) {
	for _, file := range []string{"op", "op_window"} {
		opsAgree(t, "testdata/"+file+".jsonl")
	}
}

func opsAgree(t *testing.T, path string) {
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(raw) {
			var head struct{ Name string }
			if err := json.Unmarshal(line, &head); err != nil {
				t.Fatal(err)
			}
			t.Run(name+"/"+head.Name, func(t *testing.T) {
				if err := (&Case{Kind: "op", Name: "op/" + head.Name, Dev: dev, raw: line}).Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
