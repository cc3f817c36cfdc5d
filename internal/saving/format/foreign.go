package format

import (
	"bytes"
	"fmt"
	"path"
	"strings"
)

// A foreign is a kind of file that users mistake for a Keras model.
type foreign struct {
	what   string
	advice string
	is     func(name string, head []byte) bool
}

// foreigns lists the known kinds; head holds the first few hundred bytes of the file.
var foreigns = []foreign{
	{"a TensorFlow Lite model", "it has no weights to train; save the model that it was converted from", func(name string, head []byte) bool {
		return len(head) >= 8 && string(head[4:8]) == "TFL3"
	}},
	{"an ONNX model", "save the model that it was exported from by Keras, or its weights as .safetensors", func(name string, head []byte) bool {
		return strings.HasSuffix(name, ".onnx")
	}},
	{"a part of a SavedModel folder", "open the folder with Keras and save the model to a .keras file", func(name string, head []byte) bool {
		return path.Base(name) == "saved_model.pb" || path.Base(name) == "keras_metadata.pb"
	}},
	{"a part of a TensorFlow checkpoint", "build the model in Keras, load_weights, and save it to a .keras file", func(name string, head []byte) bool {
		return strings.HasSuffix(name, ".index") || strings.Contains(path.Base(name), ".data-0000")
	}},
	{"a TensorFlow.js manifest", "convert it by tensorflowjs_converter to a Keras .h5 file", func(name string, head []byte) bool {
		return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && (bytes.Contains(head, []byte("modelTopology")) || bytes.Contains(head, []byte("layers-model")))
	}},
	{"a model's JSON", "read it by models.FromJSON; it has no weights", func(name string, head []byte) bool {
		return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte("class_name"))
	}},
	{"a pickle, as PyTorch wrote it up to 1.5", "running it runs code; save the state dict as .safetensors", func(name string, head []byte) bool {
		return len(head) > 2 && head[0] == 0x80 && head[1] <= 5 && !strings.HasSuffix(name, ".safetensors")
	}},
	{"a Git LFS pointer", "the file itself was not fetched; run git lfs pull", func(name string, head []byte) bool {
		return bytes.HasPrefix(head, []byte("version https://git-lfs"))
	}},
	{"a web page", "the download gave a page in place of the file", func(name string, head []byte) bool {
		low := bytes.ToLower(bytes.TrimSpace(head))
		return bytes.HasPrefix(low, []byte("<!doctype html")) || bytes.HasPrefix(low, []byte("<html"))
	}},
}

// foreignError describes a file that is not a Keras model, nil if its kind is not known.
func foreignError(name string, head []byte) error {
	for _, f := range foreigns {
		if f.is(name, head) {
			return fmt.Errorf("it is %s: %s", f.what, f.advice)
		}
	}
	return nil
}

// foreignArchive describes a zip archive without config.json.
func foreignArchive(members []string) error {
	for _, name := range members {
		switch {
		case strings.HasSuffix(name, "data.pkl"):
			return fmt.Errorf("it is a PyTorch archive: running it runs code; save the state dict as .safetensors")
		case strings.HasSuffix(name, ".npy"):
			return fmt.Errorf("it is an .npz archive of arrays: read it by datasets.LoadNPZ")
		}
	}
	return nil
}
