package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// Sizes of the structures that h5py writes by default.
const (
	leafK    = 4  // half the number of members in a symbol table node
	minTreeK = 16 // minimum of half the number of symbol table nodes in a B-tree node
)

// A Tree holds the groups and arrays that [Write] writes, by path.
type Tree struct {
	arrays map[string]*tensor.Tensor
	int8s  map[string]bool            // arrays to write as int8
	groups map[string]map[string]bool // members by group
}

// NewTree returns a tree with an empty root group.
func NewTree() *Tree {
	return &Tree{map[string]*tensor.Tensor{}, map[string]bool{}, map[string]map[string]bool{"": {}}}
}

// Group adds an empty group and its parents.
func (t *Tree) Group(path string) {
	if t.groups[path] == nil {
		t.groups[path] = map[string]bool{}
		t.enter(path)
	}
}

// Put adds an array and its parent groups.
func (t *Tree) Put(path string, a *tensor.Tensor) {
	t.arrays[path] = a
	t.enter(path)
}

// PutInt8 adds an Int32 array with values from -128 to 127 that is written as int8.
func (t *Tree) PutInt8(path string, a *tensor.Tensor) {
	t.int8s[path] = true
	t.Put(path, a)
}

func (t *Tree) enter(path string) {
	parent, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		parent, name = path[:i], path[i+1:]
		t.Group(parent)
	}
	t.groups[parent][name] = true
}

// A writer builds the file in memory: every structure's address is known when it is written.
type writer struct {
	tree  *Tree
	buf   bytes.Buffer
	treeK int
}

// Write writes t as an HDF5 file that h5py and Keras can read, followed by a checksum.
func Write(out io.Writer, t *Tree) error {
	w := &writer{tree: t, treeK: minTreeK}
	for _, members := range t.groups {
		w.treeK = max(w.treeK, (len(members)/(2*leafK)+2)/2+1)
	}
	w.buf.Write(make([]byte, 96)) // the superblock is filled in last
	root, tree, heap, err := w.group("")
	if err != nil {
		return err
	}
	b := w.buf.Bytes()
	w.superblock(b[:96], root, tree, heap, uint64(len(b)))
	if _, err := out.Write(b); err != nil {
		return err
	}
	_, err = out.Write(trailer(crc32.Checksum(b, castagnoli)))
	return err
}

func (w *writer) superblock(b []byte, root, tree, heap, end uint64) {
	copy(b, "\x89HDF\r\n\x1a\n")
	b[13], b[14] = 8, 8
	le := binary.LittleEndian
	le.PutUint16(b[16:], leafK)
	le.PutUint16(b[18:], uint16(w.treeK))
	le.PutUint64(b[32:], undefined)
	le.PutUint64(b[40:], end)
	le.PutUint64(b[48:], undefined)
	le.PutUint64(b[64:], root)
	le.PutUint32(b[72:], 1) // the scratch pad holds the addresses of tree and heap
	le.PutUint64(b[80:], tree)
	le.PutUint64(b[88:], heap)
}

// place appends b, aligned, and returns its address.
func (w *writer) place(b []byte) uint64 {
	for w.buf.Len()%8 != 0 {
		w.buf.WriteByte(0)
	}
	at := uint64(w.buf.Len())
	w.buf.Write(b)
	return at
}

// object returns an object header with the given messages, passed as pairs of type and body.
func object(messages ...any) []byte {
	var body []byte
	for i := 0; i < len(messages); i += 2 {
		data := messages[i+1].([]byte)
		for len(data)%8 != 0 {
			data = append(data, 0)
		}
		body = binary.LittleEndian.AppendUint16(body, uint16(messages[i].(int)))
		body = binary.LittleEndian.AppendUint16(body, uint16(len(data)))
		body = append(append(body, 0, 0, 0, 0), data...)
	}
	b := []byte{1, 0}
	b = binary.LittleEndian.AppendUint16(b, uint16(len(messages)/2))
	b = binary.LittleEndian.AppendUint32(b, 1) // reference count
	b = binary.LittleEndian.AppendUint32(b, uint32(len(body)))
	return append(append(b, 0, 0, 0, 0), body...)
}

// group writes a group after its members.
func (w *writer) group(path string) (addr, tree, heap uint64, err error) {
	var names []string
	for n := range w.tree.groups[path] {
		names = append(names, n)
	}
	slices.Sort(names)
	text := make([]byte, 8) // offset 0 is the empty name
	offsets, headers := []uint64{}, []uint64{}
	for _, n := range names {
		at := n
		if path != "" {
			at = path + "/" + n
		}
		h, err := w.member(at)
		if err != nil {
			return 0, 0, 0, err
		}
		offsets, headers = append(offsets, uint64(len(text))), append(headers, h)
		text = append(append(text, n...), 0)
		for len(text)%8 != 0 {
			text = append(text, 0)
		}
	}
	le := binary.LittleEndian
	data := w.place(text)
	h := append([]byte("HEAP"), 0, 0, 0, 0)
	h = le.AppendUint64(h, uint64(len(text)))
	h = le.AppendUint64(h, 1) // no free block
	heap = w.place(le.AppendUint64(h, data))
	tree = w.place(w.btree(offsets, headers))
	addr = w.place(object(msgGroup, le.AppendUint64(le.AppendUint64(nil, tree), heap)))
	return addr, tree, heap, nil
}

func (w *writer) member(path string) (uint64, error) {
	if a := w.tree.arrays[path]; a != nil {
		return w.array(path, a)
	}
	addr, _, _, err := w.group(path)
	return addr, err
}

// btree writes the symbol table nodes and returns the B-tree node above them.
func (w *writer) btree(offsets, headers []uint64) []byte {
	le := binary.LittleEndian
	var entries []byte
	nodes := 0
	for i := 0; i < len(offsets); i += 2 * leafK {
		n := min(2*leafK, len(offsets)-i)
		b := le.AppendUint16([]byte{'S', 'N', 'O', 'D', 1, 0}, uint16(n))
		for j := i; j < i+n; j++ {
			b = le.AppendUint64(le.AppendUint64(b, offsets[j]), headers[j])
			b = append(b, make([]byte, 24)...)
		}
		b = append(b, make([]byte, 8+80*leafK-len(b))...)
		if nodes == 0 {
			entries = le.AppendUint64(entries, 0)
		}
		entries = le.AppendUint64(le.AppendUint64(entries, w.place(b)), offsets[i+n-1])
		nodes++
	}
	b := le.AppendUint16([]byte{'T', 'R', 'E', 'E', 0, 0}, uint16(nodes))
	b = append(le.AppendUint64(le.AppendUint64(b, undefined), undefined), entries...)
	return append(b, make([]byte, 24+16*2*w.treeK+8-len(b))...)
}

// array writes the data and the header of an array.
func (w *writer) array(path string, a *tensor.Tensor) (uint64, error) {
	typ, data := datatype(a.DType()), a.Data()
	if ints, ok := data.([]int32); ok && w.tree.int8s[path] {
		small := make([]int8, len(ints))
		for i, v := range ints {
			if small[i] = int8(v); int32(small[i]) != v {
				return 0, fmt.Errorf("hdf5: %q: element %d is %d, no int8", path, i, v)
			}
		}
		typ, data = fixed(1, 8), small
	}
	if typ == nil {
		return 0, fmt.Errorf("hdf5: %q: arrays of %v are not written", path, a.DType())
	}
	var raw bytes.Buffer
	if err := binary.Write(&raw, binary.LittleEndian, data); err != nil {
		return 0, fmt.Errorf("hdf5: %q: %w", path, err)
	}
	le := binary.LittleEndian
	space := []byte{1, byte(a.Rank()), 0, 0, 0, 0, 0, 0}
	for _, d := range a.Shape() {
		space = le.AppendUint64(space, uint64(d))
	}
	at := uint64(undefined)
	if raw.Len() > 0 {
		at = w.place(raw.Bytes())
	}
	layout := le.AppendUint64(le.AppendUint64([]byte{3, 1}, at), uint64(raw.Len()))
	fill := []byte{2, 2, 2, 1, 0, 0, 0, 0}
	return w.place(object(msgSpace, space, msgType, typ, 0x0005, fill, msgLayout, layout)), nil
}

// fixed returns the datatype message for integers; signed is 8 or 0.
func fixed(size, signed byte) []byte {
	return []byte{0x10, signed, 0, 0, size, 0, 0, 0, 0, 0, size * 8, 0}
}

// datatype returns the datatype message for an element type, or nil if it can't be written.
func datatype(d tensor.DType) []byte {
	float := func(size, sign, exp, expBits, mantissa byte, bias uint32) []byte {
		b := []byte{0x11, 0x20, sign, 0, size, 0, 0, 0, 0, 0, size * 8, 0, exp, expBits, 0, mantissa}
		return binary.LittleEndian.AppendUint32(b, bias)
	}
	switch d {
	case tensor.Float32:
		return float(4, 31, 23, 8, 23, 127)
	case tensor.Float64:
		return float(8, 63, 52, 11, 52, 1023)
	case tensor.Float16:
		return float(2, 15, 10, 5, 10, 15)
	case tensor.Int32:
		return fixed(4, 8)
	case tensor.Int64:
		return fixed(8, 8)
	case tensor.Uint8, tensor.Bool:
		return fixed(1, 0)
	}
	return nil
}
