package format

import (
	"bytes"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/safetensors"
	"github.com/rhyton/rhyton/tensor"
)

func TestEndingsSayTheFormat(t *testing.T) {
	for name, want := range map[string]string{"a.keras": ".keras", "a.weights.h5": ".weights.h5", "a.h5": ".h5", "d.h5/a.hdf5": ".hdf5",
		"a.safetensors": ".safetensors", "a.keras.bak": "", "keras": "", "": ""} {
		got := ""
		if f := Of(name); f != nil {
			got = f.Ending
		}
		if got != want {
			t.Errorf("%q is a %q file, want %q", name, got, want)
		}
	}
}

func TestWritersTakeTheirEndings(t *testing.T) {
	for _, f := range Table {
		name := "a" + f.Ending
		_, model := ForModel(name)
		_, weights := ForWeights(name)
		if writes := f.write != nil; (model == nil) != writes || (weights == nil) != (writes && !f.Whole) {
			t.Errorf("%s: as a model %v, as weights %v", name, model, weights)
		}
	}
	if _, err := ForWeights("a.keras"); err == nil || !strings.Contains(err.Error(), "holds a whole model") {
		t.Errorf("weights in a .keras file: %v", err)
	}
}

// Every format can read what it writes, recognized by name or by the first bytes.
func TestFormatsReadWhatTheyWrite(t *testing.T) {
	tree := hdf5.NewTree()
	tree.Put("layers/dense/vars/0", tensor.Of([]float32{1, 2}))
	flat := &safetensors.File{}
	flat.Put("weights/dense/kernel", tensor.Of([]float32{1, 2}))
	for _, f := range Table {
		if f.write == nil {
			continue
		}
		var b bytes.Buffer
		if err := f.Write(&b, &Contents{Config: []byte(`{"compile_config":{"loss":"mse"}}`), Tree: tree, Tensors: flat}); err != nil {
			t.Fatalf("%s: %v", f.Ending, err)
		}
		for _, name := range []string{"a" + f.Ending, "a.bin"} {
			s, err := OpenFS(fstest.MapFS{name: {Data: b.Bytes()}}, name)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Read(s)
			if f.signature == nil && name == "a.bin" {
				if err == nil || !strings.Contains(err.Error(), "not a model format") {
					t.Errorf("%s as %s: %v", f.Ending, name, err)
				}
				continue
			}
			if err != nil || got.Format != f || (string(got.Compile) == `{"loss":"mse"}`) != f.Whole {
				t.Errorf("%s as %s: %+v (%v)", f.Ending, name, got, err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestForeignFilesAreNamed(t *testing.T) {
	for _, row := range []struct{ name, data, want string }{
		{"a.tflite", "\x1c\x00\x00\x00TFL3", "TensorFlow Lite"},
		{"a.onnx", "\x08\x07", "ONNX"},
		{"saved_model.pb", "\x08\x01", "SavedModel"},
		{"model.json", `{"format": "layers-model", "modelTopology": {}}`, "TensorFlow.js"},
		{"m.json", `{"class_name": "Sequential"}`, "models.FromJSON"},
		{"m.pth", "\x80\x02\x8a", "pickle"},
		{"m.keras", "version https://git-lfs.github.com/spec/v1", "git lfs pull"},
		{"m.h5", "<!DOCTYPE html><html>", "web page"},
	} {
		_, err := Read(&Source{Name: row.name, ReaderAt: strings.NewReader(row.data), Size: int64(len(row.data))})
		if err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%s: %v, want %q", row.name, err, row.want)
		}
	}
	if _, err := Open(t.TempDir()); err == nil || !strings.Contains(err.Error(), "SavedModel") {
		t.Errorf("a folder: %v", err)
	}
}
