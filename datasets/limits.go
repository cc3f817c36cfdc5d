package datasets

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/rhyton/rhyton/tensor"
)

// Limits bound the memory that a file may take, whatever its header claims; raise them for a
// trusted file. Its methods are the Load functions for a reader.
type Limits struct {
	MaxBytes  int64 // of the arrays in a file; 128 MiB if 0
	MaxPixels int   // of an image; 2^24 if 0
	MaxFiles  int   // in an archive; 10,000 if 0
}

func (l Limits) maxBytes() int64 {
	if l.MaxBytes == 0 {
		return 128 << 20
	}
	return l.MaxBytes
}

func (l Limits) maxPixels() int { return or(l.MaxPixels, 1<<24) }

func (l Limits) maxFiles() int { return or(l.MaxFiles, 10_000) }

// elements returns the number of elements of an array of the given shape with elements of size
// bytes each, or an error if they exceed the limits.
func (l Limits) elements(shape tensor.Shape, size int) (int, error) {
	if err := shape.Check(); err != nil {
		return 0, err
	}
	n := shape.Size()
	if int64(n) > l.maxBytes()/int64(size) {
		return 0, fmt.Errorf("%d elements of %d bytes are more than the limit of %d bytes; raise Limits.MaxBytes for a file you trust", n, size, l.maxBytes())
	}
	return n, nil
}

// load opens a file, calls read, and prefixes errors with the kind and name of the file.
func load[T any](kind, path string, read func(f *os.File) (T, error)) (T, error) {
	var none T
	f, err := os.Open(path)
	if err != nil {
		return none, fmt.Errorf("datasets: %s: %w", kind, err)
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return none, fmt.Errorf("datasets: %s %s: %w", kind, filepath.Base(path), err)
	}
	return v, nil
}

// whose prefixes an error from a reader without a name with the kind of data.
func whose[T any](kind string, v T, err error) (T, error) {
	if err != nil {
		var none T
		return none, fmt.Errorf("datasets: %s: %w", kind, err)
	}
	return v, nil
}

// gunzipped returns a reader of the content of r, decompressed if it is gzip.
func gunzipped(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	if start, _ := b.Peek(2); len(start) == 2 && start[0] == 0x1f && start[1] == 0x8b {
		return gzip.NewReader(b)
	}
	return b, nil
}

// elements reads n elements of size bytes each. Memory grows with the data actually read, so that
// a short file can't allocate much.
func elements[T any](r io.Reader, n, size int, decode func(dst []T, raw []byte)) ([]T, error) {
	const chunk = 1 << 16
	out := make([]T, 0, min(n, chunk))
	raw := make([]byte, min(n, chunk)*size)
	for len(out) < n {
		k := min(n-len(out), chunk)
		if _, err := io.ReadFull(r, raw[:k*size]); err != nil {
			return nil, fmt.Errorf("data end after %d of %d elements: %w", len(out), n, noEOF(err))
		}
		at := len(out)
		if at+k > cap(out) {
			// Grow by a factor of four: the garbage of earlier steps is then a third of the
			// total, and memory that is never written costs nothing.
			out = append(make([]T, 0, min(n, 4*cap(out))), out...)
		}
		out = out[:at+k]
		decode(out[at:], raw[:k*size])
	}
	return out, nil
}

// ended returns an error if there is data after the end. It also makes gzip and zip verify their
// checksums.
func ended(r io.Reader) error {
	var one [1]byte
	switch _, err := io.ReadFull(r, one[:]); {
	case err == nil:
		return errors.New("more data than the header declares")
	case errors.Is(err, io.EOF):
		return nil
	default:
		return err
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
