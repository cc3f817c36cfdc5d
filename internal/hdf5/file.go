// Package hdf5 reads and writes the subset of HDF5 that Keras uses: version 0 superblocks, groups
// stored as symbol tables, contiguous arrays without filters, and attributes of numbers and
// strings. Anything else in a file is an error that names it.
//
// The reader uses a single io.ReaderAt and can't open other files. Every address is checked
// against the file size, every group is read once, and the reader never allocates more than the
// bytes present in the file.
//
// Source: HDF5 File Format Specification Version 2.0 (The HDF Group).
package hdf5

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
)

// undefined is the address of a missing structure.
const undefined = ^uint64(0)

// Limits of the reader.
const (
	maxDepth   = 64       // nested groups
	maxBlock   = 64 << 20 // bytes of a structure other than array data
	maxEntries = 1 << 20  // objects in a file
)

// A File is an open file.
type File struct {
	r    io.ReaderAt
	size uint64
	left int             // number of objects that may still be read
	seen map[uint64]bool // groups on the path from the root
	root *Object
}

// Open reads the superblock of a file of the given size and verifies the checksum if the file was
// written by [Write].
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: uint64(max(size, 0)), left: maxEntries, seen: map[uint64]bool{}}
	b, err := f.bytes(0, 96)
	if err != nil {
		return nil, fmt.Errorf("hdf5: superblock: %w", err)
	}
	if string(b[:8]) != "\x89HDF\r\n\x1a\n" {
		return nil, errors.New("hdf5: not an HDF5 file: the signature is missing")
	}
	if b[8] != 0 {
		return nil, fmt.Errorf("hdf5: superblock version %d; 0 is supported, which h5py writes by default", b[8])
	}
	if b[13] != 8 || b[14] != 8 {
		return nil, fmt.Errorf("hdf5: offsets of %d and lengths of %d bytes; 8 are supported", b[13], b[14])
	}
	if base := u64(b[24:]); base != 0 {
		return nil, fmt.Errorf("hdf5: base address %d; 0 is supported", base)
	}
	if err := f.check(u64(b[40:])); err != nil {
		return nil, fmt.Errorf("hdf5: %w", err)
	}
	if f.root, err = f.object("", u64(b[64:])); err != nil {
		return nil, err
	}
	return f, nil
}

// Root returns the root group.
func (f *File) Root() *Object { return f.root }

func u16(b []byte) uint16 { return binary.LittleEndian.Uint16(b) }
func u32(b []byte) uint32 { return binary.LittleEndian.Uint32(b) }
func u64(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// bytes reads n bytes at an address.
func (f *File) bytes(at, n uint64) ([]byte, error) {
	if n > maxBlock || at > f.size || n > f.size-at {
		return nil, fmt.Errorf("%d bytes at address %d of a file of %d", n, at, f.size)
	}
	b := make([]byte, n)
	_, err := f.r.ReadAt(b, int64(at))
	return b, err
}

// An Object is a group or an array.
type Object struct {
	f    *File
	path string
	addr uint64

	isGroup     bool
	btree, heap uint64
	names       []string // sorted members of a group, once listed
	members     map[string]*Object

	space  *Space
	typ    *Type
	layout []byte
	attrs  map[string]attribute
	odd    string // why it can't be read as an array
}

// Path returns the path of the object, such as "layers/dense/vars/0".
func (o *Object) Path() string { return o.path }

// IsGroup reports whether the object is a group.
func (o *Object) IsGroup() bool { return o.isGroup }

// errorf returns an error that names the object.
func (o *Object) errorf(format string, args ...any) error {
	return fmt.Errorf("hdf5: %q: %w", "/"+o.path, fmt.Errorf(format, args...))
}

// Lookup returns the object at a path below o, or an error if there is none.
func (o *Object) Lookup(path string) (*Object, error) {
	at := o
	for _, name := range strings.Split(path, "/") {
		names, err := at.Names()
		if err != nil {
			return nil, err
		}
		next := at.members[name]
		if next == nil {
			return nil, at.errorf("there is no %q; there are %q", name, names)
		}
		at = next
	}
	return at, nil
}

// Has reports whether there is an object at a path below o.
func (o *Object) Has(path string) bool {
	_, err := o.Lookup(path)
	return err == nil
}

// Names returns the names of a group's members in order.
func (o *Object) Names() ([]string, error) {
	if !o.isGroup {
		return nil, o.errorf("an array; want a group")
	}
	if o.members != nil {
		return o.names, nil
	}
	o.members = map[string]*Object{}
	if err := o.list(); err != nil {
		o.members = nil
		return nil, err
	}
	return o.names, nil
}

// Member returns the member with a name returned by [Object.Names].
func (o *Object) Member(name string) *Object { return o.members[name] }
