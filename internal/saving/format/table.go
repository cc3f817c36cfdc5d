package format

import (
	"fmt"
	"io"
	"strings"
)

// A Format is a file format.
type Format struct {
	Ending string // file extension
	Whole  bool   // has the layers and the arguments of Compile, not only weights
	Layout Layout // naming scheme of the arrays
	Opens  string // other programs that can open it

	signature []byte // its first bytes; nil: not fixed
	read      func(f *File, r io.ReaderAt, size int64) error
	write     func(w io.Writer, c *Contents) error // nil: the format is read-only
}

// A Layout is a naming scheme for the arrays of a file.
type Layout int

// The layouts.
const (
	ByPlace Layout = iota // layers/dense_1/vars/0: the classes of the layers, numbered, as in Keras 3
	ByLayer               // model_weights/my_dense/my_dense/kernel:0: the names of the layers, as in Keras 2
	ByPath                // weights/my_dense/kernel: the paths of the variables
)

var (
	zipSignature  = []byte("PK\x03\x04")
	hdf5Signature = []byte("\x89HDF\r\n\x1a\n")
)

// Table lists the formats. If several extensions match a name, the first one wins.
var Table = []*Format{
	{Ending: ".keras", Whole: true, Opens: "Keras 3", signature: zipSignature, read: readArchive, write: writeArchive},
	{Ending: ".weights.h5", Opens: "Keras 3: load_weights", signature: hdf5Signature, read: readHDF5, write: writeHDF5},
	{Ending: ".h5", Whole: true, Layout: ByLayer, Opens: "Keras 2 and 3", signature: hdf5Signature, read: readHDF5},
	{Ending: ".hdf5", Whole: true, Layout: ByLayer, Opens: "Keras 2 and 3", signature: hdf5Signature, read: readHDF5},
	{Ending: ".safetensors", Layout: ByPath, Opens: "Hugging Face's safetensors", read: readTensors, write: writeTensors},
}

// Of returns the format for the extension of a file name, nil if there is none.
func Of(name string) *Format {
	for _, f := range Table {
		if strings.HasSuffix(name, f.Ending) {
			return f
		}
	}
	return nil
}

// ForModel returns the format in which a whole model, including its training state, is written to
// a file of that name.
func ForModel(name string) (*Format, error) {
	return written(name, func(f *Format) bool { return true })
}

// ForWeights returns the format in which only weights are written to a file of that name.
func ForWeights(name string) (*Format, error) {
	f, err := written(name, func(f *Format) bool { return !f.Whole })
	if of := Of(name); err != nil && of != nil && of.Whole && of.write != nil {
		err = fmt.Errorf("a %s file holds a whole model: save the model, or %w", of.Ending, err)
	}
	return f, err
}

func written(name string, fits func(*Format) bool) (*Format, error) {
	var endings []string
	for _, f := range Table {
		if f.write != nil && fits(f) {
			endings = append(endings, f.Ending)
		}
	}
	if f := Of(name); f != nil && f.write != nil && fits(f) {
		return f, nil
	}
	last := len(endings) - 1
	return nil, fmt.Errorf("end the path in %s or %s", strings.Join(endings[:last], ", "), endings[last])
}

// Write writes contents in the format.
func (f *Format) Write(w io.Writer, c *Contents) error { return f.write(w, c) }
