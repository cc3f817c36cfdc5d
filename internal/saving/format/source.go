package format

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// A Source provides the bytes of a file.
type Source struct {
	Name string // file name; "" if there is none
	io.ReaderAt
	Size  int64
	close func() error
}

// Close closes what was opened for the source.
func (s *Source) Close() error {
	if s.close == nil {
		return nil
	}
	return s.close()
}

var errNotRegular = errors.New("not a regular file")

// Open opens the file at path.
func Open(path string) (*Source, error) {
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() && !info.Mode().IsRegular() { // to open a FIFO would block
		return nil, errNotRegular
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return source(path, f)
}

// OpenFS opens a file in a file system. A file that does not support random access is read into
// memory.
func OpenFS(fsys fs.FS, name string) (*Source, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	return source(name, f)
}

func source(name string, f fs.File) (*Source, error) {
	info, err := f.Stat()
	switch {
	case err == nil && info.IsDir():
		err = errors.New("it is a folder; if it is a SavedModel, open it with Keras and save the model to a .keras file")
	case err == nil && !info.Mode().IsRegular():
		err = errNotRegular
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	if r, ok := f.(io.ReaderAt); ok {
		return &Source{name, r, info.Size(), f.Close}, nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, info.Size()+1))
	return &Source{name, bytes.NewReader(data), int64(len(data)), nil}, err
}
