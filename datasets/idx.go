package datasets

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// LoadIDX reads an array in the IDX format of MNIST, gzip-compressed or not. Unsigned bytes
// become Uint8; signed bytes and shorts become Int32.
func LoadIDX(path string) (*tensor.Tensor, error) {
	return load("idx", path, func(f *os.File) (*tensor.Tensor, error) { return Limits{}.idx(f) })
}

// IDX reads an array like [LoadIDX].
func (l Limits) IDX(r io.Reader) (*tensor.Tensor, error) {
	t, err := l.idx(r)
	return whose("idx", t, err)
}

func (l Limits) idx(r io.Reader) (*tensor.Tensor, error) {
	r, err := gunzipped(r)
	if err != nil {
		return nil, err
	}
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	if head[0] != 0 || head[1] != 0 {
		return nil, fmt.Errorf("starts with %q, want two zero bytes: this is no IDX file", head[:])
	}
	const maxRank = 8
	rank := int(head[3])
	if rank == 0 || rank > maxRank {
		return nil, fmt.Errorf("header: rank %d, want 1 to %d", rank, maxRank)
	}
	dims := make([]byte, 4*rank)
	if _, err := io.ReadFull(r, dims); err != nil {
		return nil, fmt.Errorf("header: %w", noEOF(err))
	}
	shape := make(tensor.Shape, rank)
	for i := range shape {
		shape[i] = int(binary.BigEndian.Uint32(dims[4*i:]))
	}
	t, err := l.array(r, bigEndian[head[2]], shape)
	if err != nil {
		return nil, err
	}
	return t, ended(r)
}

// bigEndian maps IDX element types to NumPy types.
var bigEndian = map[byte]string{0x08: "|u1", 0x09: "|i1", 0x0b: ">i2", 0x0c: ">i4", 0x0d: ">f4", 0x0e: ">f8"}

// array reads elements of a NumPy type, such as "<f4". Types that tensors don't support become
// the next larger supported type.
func (l Limits) array(r io.Reader, descr string, shape tensor.Shape) (*tensor.Tensor, error) {
	var order binary.ByteOrder = binary.LittleEndian
	if strings.HasPrefix(descr, ">") {
		order = binary.BigEndian
	}
	kind := descr[min(1, len(descr)):]
	wide, known := widths[kind]
	if !known {
		return nil, fmt.Errorf("element type %q is not read; want bool, an integer of up to 8 bytes (unsigned: 4) or a float", descr)
	}
	n, err := l.elements(shape, wide)
	if err != nil {
		return nil, err
	}
	switch kind {
	case "b1":
		return read(r, shape, n, 1, func(b []byte) bool { return b[0] != 0 })
	case "u1":
		return read(r, shape, n, 1, func(b []byte) uint8 { return b[0] })
	case "i1":
		return read(r, shape, n, 1, func(b []byte) int32 { return int32(int8(b[0])) })
	case "i2":
		return read(r, shape, n, 2, func(b []byte) int32 { return int32(int16(order.Uint16(b))) })
	case "u2":
		return read(r, shape, n, 2, func(b []byte) int32 { return int32(order.Uint16(b)) })
	case "i4":
		return read(r, shape, n, 4, func(b []byte) int32 { return int32(order.Uint32(b)) })
	case "u4":
		return read(r, shape, n, 4, func(b []byte) int64 { return int64(order.Uint32(b)) })
	case "i8":
		return read(r, shape, n, 8, func(b []byte) int64 { return int64(order.Uint64(b)) })
	case "f2":
		bits, err := elements(r, n, 2, each(2, func(b []byte) uint16 { return order.Uint16(b) }))
		return tensor.Half(tensor.Float16, bits, shape...), err
	case "f4":
		return read(r, shape, n, 4, func(b []byte) float32 { return math.Float32frombits(order.Uint32(b)) })
	}
	return read(r, shape, n, 8, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) })
}

// widths has the size in memory, in bytes, of an element of each NumPy type.
var widths = map[string]int{
	"b1": 1, "u1": 1, "i1": 4, "i2": 4, "u2": 4, "i4": 4, "u4": 8, "i8": 8, "f2": 2, "f4": 4, "f8": 8,
}

func read[T tensor.Element](r io.Reader, shape tensor.Shape, n, size int, get func([]byte) T) (*tensor.Tensor, error) {
	data, err := elements(r, n, size, each(size, get))
	if err != nil {
		return nil, err
	}
	return tensor.Of(data, shape...), nil
}

func each[T any](size int, get func([]byte) T) func([]T, []byte) {
	return func(dst []T, raw []byte) {
		for i := range dst {
			dst[i] = get(raw[i*size:])
		}
	}
}
