// Package safetensors reads and writes the safetensors format: an 8-byte length, a JSON header with
// types, shapes and offsets, and the raw little-endian data.
package safetensors

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"sort"

	"github.com/rhyton/rhyton/internal/strictjson"
	"github.com/rhyton/rhyton/tensor"
)

// A File holds named arrays and free-form text metadata.
type File struct {
	Names    []string // keys of Tensors, in file order
	Tensors  map[string]*tensor.Tensor
	Metadata map[string]string
}

// Put appends an array.
func (f *File) Put(name string, t *tensor.Tensor) {
	if f.Tensors == nil {
		f.Tensors = map[string]*tensor.Tensor{}
	}
	if f.Tensors[name] == nil {
		f.Names = append(f.Names, name)
	}
	f.Tensors[name] = t
}

var codes = map[tensor.DType]string{
	tensor.Bool: "BOOL", tensor.Uint8: "U8", tensor.Int32: "I32", tensor.Int64: "I64",
	tensor.BFloat16: "BF16", tensor.Float16: "F16", tensor.Float32: "F32", tensor.Float64: "F64",
}

type entry struct {
	DType   string  `json:"dtype"`
	Shape   []int   `json:"shape"`
	Offsets []int64 `json:"data_offsets"` // two
}

// UnmarshalJSON reads the three members under their exact names.
func (e *entry) UnmarshalJSON(data []byte) error {
	var m map[string]json.RawMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return err
	}
	for name, v := range map[string]any{"dtype": &e.DType, "shape": &e.Shape, "data_offsets": &e.Offsets} {
		if m[name] == nil {
			return fmt.Errorf("%s is missing", name)
		}
		if err := json.Unmarshal(m[name], v); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if len(e.Offsets) != 2 {
		return fmt.Errorf("data_offsets has %d numbers; want 2", len(e.Offsets))
	}
	return nil
}

// Write writes f with a checksum of the whole file in its metadata; see [checked].
func Write(w io.Writer, f *File) error {
	head, err := header(f)
	if err != nil {
		return err
	}
	sum := crc32.New(castagnoli)
	sum.Write(head)
	if err := writeData(sum, f); err != nil {
		return err
	}
	if _, err := w.Write(seal(head, sum.Sum32())); err != nil {
		return err
	}
	return writeData(w, f)
}

// header returns the length and the header of f, with a checksum of zeros.
func header(f *File) ([]byte, error) {
	meta := map[string]string{checksumKey: noChecksum, checksumKind: checksumKey}
	for k, v := range f.Metadata {
		if k != checksumKey && k != checksumKind {
			meta[k] = v
		}
	}
	header := map[string]any{"__metadata__": meta}
	var at int64
	for _, name := range f.Names {
		t := f.Tensors[name]
		code, ok := codes[t.DType()]
		if !ok {
			return nil, fmt.Errorf("safetensors: %q is of type %v, which the format lacks", name, t.DType())
		}
		end := at + int64(t.Len()*t.DType().Size())
		header[name] = entry{code, append([]int{}, t.Shape()...), []int64{at, end}}
		at = end
	}
	text, err := json.Marshal(header)
	if err != nil {
		return nil, err
	}
	for len(text)%8 != 0 {
		text = append(text, ' ')
	}
	return append(binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text...), nil
}

// writeData writes the arrays.
func writeData(w io.Writer, f *File) error {
	for _, name := range f.Names {
		if err := binary.Write(w, binary.LittleEndian, f.Tensors[name].Data()); err != nil {
			return err
		}
	}
	return nil
}

// Limits of the header's size, set by the format, and of the axes of an array, as in NumPy.
const (
	maxHeader = 100 << 20
	maxRank   = 64
)

// Read reads a file of the given size. It is strict: gaps, overlaps, duplicate names and data after
// the last array are errors, and it never allocates more than size allows. If the metadata has the
// checksum of [Write], it is verified first.
func Read(r io.ReaderAt, size int64) (*File, error) {
	var n [8]byte
	if size < 8 {
		return nil, fmt.Errorf("safetensors: %d bytes; want at least 8", size)
	}
	if _, err := r.ReadAt(n[:], 0); err != nil {
		return nil, fmt.Errorf("safetensors: header length: %w", err)
	}
	length := binary.LittleEndian.Uint64(n[:])
	if length > maxHeader || int64(length) > size-8 {
		return nil, fmt.Errorf("safetensors: header of %d bytes in a file of %d: it is cut off, or no safetensors file", length, size)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, 8); err != nil {
		return nil, fmt.Errorf("safetensors: header: %w", err)
	}
	f, entries, err := parse(text)
	if err != nil {
		return nil, fmt.Errorf("safetensors: header: %w", err)
	}
	if err := checked(r, size, append(n[:], text...), f.Metadata); err != nil {
		return nil, fmt.Errorf("safetensors: %w", err)
	}
	sort.SliceStable(f.Names, func(i, j int) bool { return entries[f.Names[i]].Offsets[0] < entries[f.Names[j]].Offsets[0] })
	var at int64
	for _, name := range f.Names {
		t, err := load(r, 8+int64(length), size, &at, entries[name])
		if err != nil {
			return nil, fmt.Errorf("safetensors: %q: %w", name, err)
		}
		f.Tensors[name] = t
	}
	if rest := size - 8 - int64(length) - at; rest != 0 {
		return nil, fmt.Errorf("safetensors: %d bytes after the last array", rest)
	}
	return f, nil
}

// parse decodes the header, which must start with { and contain no duplicate names.
func parse(text []byte) (*File, map[string]entry, error) {
	if len(text) == 0 || text[0] != '{' {
		return nil, nil, fmt.Errorf("does not begin with {")
	}
	if err := strictjson.Check(text); err != nil {
		return nil, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.Token()
	f := &File{Tensors: map[string]*tensor.Tensor{}, Metadata: map[string]string{}}
	entries := map[string]entry{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		name := key.(string)
		if name == "__metadata__" {
			if err := d.Decode(&f.Metadata); err != nil {
				return nil, nil, fmt.Errorf("__metadata__: %w", err)
			}
			continue
		}
		var e entry
		if err := d.Decode(&e); err != nil {
			return nil, nil, fmt.Errorf("%q: %w", name, err)
		}
		entries[name] = e
		f.Names = append(f.Names, name)
	}
	if _, err := d.Token(); err != nil {
		return nil, nil, err
	}
	return f, entries, nil
}

// load reads the array that begins at *at, where the previous array ended.
func load(r io.ReaderAt, base, size int64, at *int64, e entry) (*tensor.Tensor, error) {
	var dtype tensor.DType
	for d, code := range codes {
		if code == e.DType {
			dtype = d
		}
	}
	if dtype == tensor.Invalid {
		return nil, fmt.Errorf("type %q; known: %q", e.DType, slices.Sorted(values(codes)))
	}
	if len(e.Shape) > maxRank {
		return nil, fmt.Errorf("%d axes; want at most %d", len(e.Shape), maxRank)
	}
	shape := tensor.Shape(e.Shape)
	if err := shape.Check(); err != nil {
		return nil, err
	}
	bytes := int64(shape.Size()) * int64(dtype.Size())
	lo, hi := e.Offsets[0], e.Offsets[1]
	switch {
	case lo != *at:
		return nil, fmt.Errorf("data begins at %d; the array before ends at %d", lo, *at)
	case hi < lo || hi-lo != bytes:
		return nil, fmt.Errorf("data of %d bytes; %v %v takes %d", hi-lo, dtype, shape, bytes)
	case hi > math.MaxInt64-base || base+hi > size:
		return nil, fmt.Errorf("data ends at %d, beyond the file's end", base+hi)
	}
	*at = hi
	t := tensor.New(dtype, shape...)
	if err := t.Err(); err != nil {
		return nil, err
	}
	return t, binary.Read(io.NewSectionReader(r, base+lo, bytes), binary.LittleEndian, t.Data())
}

func values(m map[tensor.DType]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}
