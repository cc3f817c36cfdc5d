package golden

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

// moreLayers returns the cases written by testdata/layer.py.
func moreLayers(t *testing.T) (cases []*Case) {
	t.Helper()
	raw, err := os.ReadFile("testdata/layer.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(raw) {
		var fields map[string]json.RawMessage
		var head struct {
			Name       string
			Serialized struct{ Config json.RawMessage }
		}
		if err := errors.Join(json.Unmarshal(line, &fields), json.Unmarshal(line, &head)); err != nil {
			t.Fatal(err)
		}
		fields["config"] = head.Serialized.Config
		whole, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, &Case{Kind: "layer", Name: "layer/" + head.Name, raw: whole})
	}
	return cases
}

func TestLayersAgreeWithMoreOfKeras(t *testing.T) {
	cases := moreLayers(t)
	for _, name := range []string{"ref", "cpu"} {
		dev, err := Device(name)
		if err != nil {
			t.Fatal(err)
		}
		defer dev.Close()
		for _, c := range cases {
			c.Dev = dev
			t.Run(name+"/"+c.Name, func(t *testing.T) {
				if err := c.Run(); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// Every layer that Keras wrote is read and written back as Keras wrote it. The only difference
// allowed is additional arguments, all of them constructor arguments, such as Dense's
// activity_regularizer, which Keras omits if it is None.
func TestLayersAreWrittenAsKerasWritesThem(t *testing.T) {
	cases := moreLayers(t)
	paths, err := Paths(collections.Golden(t, ""), "layer")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range paths {
		c, err := Load(nil, p)
		if err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	for _, c := range cases {
		var k struct{ Serialized json.RawMessage }
		if err := json.Unmarshal(c.raw, &k); err != nil {
			t.Fatal(err)
		}
		if err := rewritten(k.Serialized); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
}
