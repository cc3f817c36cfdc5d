package format

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/rhyton/rhyton/internal/hdf5"
	"github.com/rhyton/rhyton/internal/safetensors"
)

// A File is a file that was read. Its arrays are in HDF5 or in Tensors.
type File struct {
	*Format
	Layout  Layout            // naming scheme of the arrays
	Version string            // version of Keras that wrote it; "": not recorded
	Config  []byte            // the model in JSON, as written by Keras' to_json; nil for a weights file
	Compile []byte            // the arguments of compile, in JSON; nil: none
	HDF5    *hdf5.File        // nil in a safetensors file
	Tensors *safetensors.File // nil in other files

	archive *archive
}

// Contents holds what is written: for a whole model a configuration, and the arrays in one of two
// forms.
type Contents struct {
	Config  []byte
	Tree    *hdf5.Tree
	Tensors *safetensors.File
}

// Read reads a file, whose format is determined from its first bytes and its name.
func Read(s *Source) (*File, error) {
	head := make([]byte, 512)
	n, err := s.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	format, err := recognize(s.Name, head[:n])
	if err != nil {
		return nil, err
	}
	f := &File{Format: format, Layout: format.Layout}
	return f, format.read(f, s, s.Size)
}

// recognize returns the format of a file that begins with head. The name decides between formats
// with the same signature, and if the signature is not known.
func recognize(name string, head []byte) (*Format, error) {
	named := Of(name)
	if named != nil && named.signature != nil && bytes.HasPrefix(head, named.signature) {
		return named, nil
	}
	for _, f := range Table {
		if f.signature != nil && bytes.HasPrefix(head, f.signature) {
			return f, nil
		}
	}
	if err := foreignError(name, head); err != nil {
		return nil, err
	}
	if named == nil {
		return nil, fmt.Errorf("it begins with %q, which is not a model format: want .keras, .h5 or .safetensors", head[:min(8, len(head))])
	}
	return named, nil
}

// readHDF5 reads an .h5 file: a Keras 3 weights file, or a whole Keras 2 model.
func readHDF5(f *File, r io.ReaderAt, size int64) (err error) {
	if f.HDF5, err = hdf5.Open(r, size); err != nil {
		return err
	}
	if f.Config, err = text(f.HDF5, "model_config"); err == nil {
		f.Compile, err = text(f.HDF5, "training_config")
	}
	if version, err := text(f.HDF5, "keras_version"); err == nil {
		f.Version = string(version)
	}
	f.Layout = ByPlace
	if names, _ := f.HDF5.Root().Strings("layer_names"); f.Config != nil || names != nil || f.HDF5.Root().Has("model_weights") {
		f.Layout = ByLayer
	}
	return err
}

// text returns a string attribute of the root of a file, nil if it does not exist.
func text(h *hdf5.File, attribute string) ([]byte, error) {
	all, err := h.Root().Strings(attribute)
	if err != nil || len(all) != 1 {
		return nil, err
	}
	return []byte(all[0]), nil
}

func writeHDF5(w io.Writer, c *Contents) error { return hdf5.Write(w, c.Tree) }

func readTensors(f *File, r io.ReaderAt, size int64) (err error) {
	f.Tensors, err = safetensors.Read(r, size)
	return err
}

func writeTensors(w io.Writer, c *Contents) error { return safetensors.Write(w, c.Tensors) }
