package models_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/rhyton/rhyton/internal/collections"
	"github.com/rhyton/rhyton/models"
)

// savedModels returns the small files of Keras that end with ext.
func savedModels(f *testing.F, ext string) (all [][]byte) {
	dir := collections.Golden(f, filepath.Join("..", "internal", "golden", "testdata"))
	paths, err := filepath.Glob(filepath.Join(dir, "model", "*"+ext))
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range paths {
		if b, err := os.ReadFile(path); err == nil && len(b) < 64<<10 {
			all = append(all, b)
		}
	}
	if len(all) == 0 {
		f.Fatalf("%s/model has no %s files", dir, ext)
	}
	return all
}

// configOf returns the configuration in a .keras file.
func configOf(f *testing.F, archive []byte) []byte {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		f.Fatal(err)
	}
	r, err := z.Open("config.json")
	if err != nil {
		f.Fatal(err)
	}
	conf, err := io.ReadAll(r)
	if err != nil {
		f.Fatal(err)
	}
	return conf
}

// FuzzRead loads whole models: .keras archives and .h5 files.
func FuzzRead(f *testing.F) {
	for _, ext := range []string{".keras", ".h5"} {
		for _, b := range savedModels(f, ext) {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := models.Read(bytes.NewReader(b), int64(len(b)))
		if err == nil && m == nil {
			t.Fatal("neither a model nor an error")
		}
	})
}

// FuzzFromJSON builds and describes models. What it describes comes back.
func FuzzFromJSON(f *testing.F) {
	for _, b := range savedModels(f, ".keras") {
		f.Add(configOf(f, b))
	}
	f.Fuzz(func(t *testing.T, conf []byte) {
		m, err := models.FromJSON(conf)
		if err != nil {
			return
		}
		if err := m.Summary(io.Discard, models.Summary{Nested: true}); err != nil {
			return
		}
		again, err := m.ToJSON()
		if err != nil {
			return
		}
		if _, err := models.FromJSON(again); err != nil {
			t.Fatalf("%v\n%s", err, again)
		}
	})
}

// FuzzCompileFromJSON compiles a model as configured.
func FuzzCompileFromJSON(f *testing.F) {
	for _, conf := range []string{
		`{"optimizer":{"class_name":"Adam","config":{"learning_rate":0.01}},"loss":"mse","metrics":["mae"]}`,
		`{"optimizer":"muon","loss":{"class_name":"Huber","config":{"delta":2}},"loss_weights":[0.5],"weighted_metrics":[["mse"]]}`,
		`{"optimizer":{"class_name":"SGD","config":{"learning_rate":{"class_name":"CosineDecay","config":{"initial_learning_rate":0.1,"decay_steps":10}}}},"loss":{"dense":"mse"},"metrics":{"dense":[{"class_name":"AUC","config":{"num_thresholds":3}}]}}`,
	} {
		f.Add([]byte(conf))
	}
	const plain = `{"class_name":"Sequential","config":{"name":"plain","layers":[
		{"class_name":"InputLayer","config":{"batch_shape":[null,5],"name":"in"}},
		{"class_name":"Dense","config":{"name":"dense","units":4}}]}}`
	f.Fuzz(func(t *testing.T, conf []byte) {
		m, err := models.FromJSON([]byte(plain))
		if err != nil {
			t.Fatal(err)
		}
		if c, err := m.CompileFromJSON(conf); err == nil {
			_ = m.Compile(c)
		}
	})
}
