package mutationtest

import (
	"archive/zip"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
)

// A source is a configuration to be mutated.
type source struct {
	Name    string
	Model   json.RawMessage // as of to_json
	Compile json.RawMessage // as of get_compile_config; nil: none
	Archive string          // the .keras file that holds the weights; "": none
	mutate  string          // the part that is mutated: "model" or "compile"
}

// part returns the configuration that is mutated.
func (s *source) part() json.RawMessage {
	if s.mutate == "compile" {
		return s.Compile
	}
	return s.Model
}

// sources returns the configurations of the golden cases, or of those in the repository.
func sources(t testing.TB) (all []source) {
	dir := collections.Golden(t, filepath.Join("..", "golden", "testdata"))
	add := func(pattern string, read func(path string, c *golden) []source) {
		paths, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(pattern)))
		if err != nil {
			t.Fatal(err)
		}
		sort.Strings(paths)
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			var c golden
			if err := json.Unmarshal(text, &c); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			all = append(all, read(path, &c)...)
		}
	}
	add("model/files/*.json", modelSources)
	add("trajectory/*/*.json", modelSources)
	add("layer/*/*.json", layerSource)
	for _, kind := range []string{"loss", "metric", "optimizer", "schedule"} {
		add(kind+"/*/*.json", compileSource(kind))
	}
	if len(all) == 0 {
		t.Fatalf("%s has no configurations", dir)
	}
	return all
}

// A golden is the part of a golden case that this test uses.
type golden struct {
	Name       string
	Class      string
	Config     json.RawMessage
	Serialized json.RawMessage
	Inputs     []struct {
		Shape []int
		DType string
	}
	Model         json.RawMessage
	Compile       json.RawMessage
	CompileConfig json.RawMessage `json:"compile_config"`
	Files         map[string]string
}

func modelSources(path string, c *golden) []source {
	s := source{Name: c.Name, Model: c.Model, mutate: "model"}
	if c.Files["keras"] != "" {
		s.Archive = filepath.Join(filepath.Dir(filepath.Dir(path)), c.Files["keras"])
		if conf, err := member(s.Archive, "config.json"); err == nil {
			s.Model = conf
		}
	}
	all := []source{s}
	if s.Compile = c.CompileConfig; s.Compile == nil {
		s.Compile = c.Compile
	}
	if given(s.Compile) {
		s.mutate = "compile"
		all = append(all, s)
	}
	return all
}

// member returns a file in a zip archive.
func member(archive, name string) ([]byte, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

func given(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }

// layerSource returns a model of one layer.
func layerSource(_ string, c *golden) []source {
	var layer map[string]any
	if !given(c.Serialized) || json.Unmarshal(c.Serialized, &layer) != nil || layer["class_name"] == nil {
		return nil
	}
	var layers, inputs, ends []any
	for i, in := range c.Inputs {
		name := "in_" + string(rune('a'+i))
		shape := []any{nil}
		for _, d := range in.Shape[min(1, len(in.Shape)):] {
			shape = append(shape, d)
		}
		layers = append(layers, map[string]any{"class_name": "InputLayer", "name": name, "inbound_nodes": []any{},
			"config": map[string]any{"batch_shape": shape, "dtype": in.DType, "name": name}})
		inputs = append(inputs, map[string]any{"class_name": "__keras_tensor__",
			"config": map[string]any{"shape": shape, "dtype": in.DType, "keras_history": []any{name, 0, 0}}})
		ends = append(ends, []any{name, 0, 0})
	}
	layer["name"] = "layer"
	args := inputs
	if len(inputs) > 1 {
		args = []any{inputs}
	}
	layer["inbound_nodes"] = []any{map[string]any{"args": args, "kwargs": map[string]any{}}}
	model, err := json.Marshal(map[string]any{"class_name": "Functional", "config": map[string]any{"name": "model",
		"layers": append(layers, layer), "input_layers": ends, "output_layers": []any{[]any{"layer", 0, 0}}}})
	if err != nil {
		return nil
	}
	return []source{{Name: c.Name, Model: model, mutate: "model"}}
}

// plain is a model for the cases of losses, metrics and optimizers.
const plain = `{"class_name":"Sequential","config":{"name":"plain","layers":[
{"class_name":"InputLayer","config":{"batch_shape":[null,5],"name":"in"}},
{"class_name":"Dense","config":{"name":"dense","units":4}}]}}`

// compileSource returns the configurations that compile the plain model with the object of a case.
func compileSource(kind string) func(string, *golden) []source {
	return func(_ string, c *golden) []source {
		object := c.Serialized
		if !given(object) || !strings.Contains(string(object), `"class_name"`) {
			conf := c.Config
			if given(object) {
				conf = object
			}
			text, err := json.Marshal(map[string]any{"class_name": c.Class, "config": conf})
			if err != nil {
				return nil
			}
			object = text
		}
		compile := map[string]any{"optimizer": "sgd", "loss": "mse"}
		switch kind {
		case "metric":
			compile["metrics"] = []any{object}
		case "schedule":
			compile["optimizer"] = map[string]any{"class_name": "SGD", "config": map[string]any{"learning_rate": object}}
		default:
			compile[kind] = object
		}
		text, err := json.Marshal(compile)
		if err != nil {
			return nil
		}
		return []source{{Name: kind + "/" + c.Name, Model: json.RawMessage(plain), Compile: text, mutate: "compile"}}
	}
}
