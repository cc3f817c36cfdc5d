package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/rhyton/rhyton/tensor"
)

// Shape returns the shape of the array.
func (o *Object) Shape() (tensor.Shape, error) {
	if o.isGroup || o.space == nil || o.typ == nil {
		return nil, o.errorf("a group; want an array")
	}
	return tensor.Shape(o.space.Shape).Clone(), nil
}

// Read returns the array; int8 is returned as Int32. If want is not nil the array must have that
// shape, which is checked before anything is allocated.
func (o *Object) Read(want tensor.Shape) (*tensor.Tensor, error) {
	shape, err := o.Shape()
	if err != nil {
		return nil, err
	}
	if want != nil && !shape.Equal(want) {
		return nil, o.errorf("shape %v; want %v", shape, want)
	}
	if o.odd != "" {
		return nil, o.errorf("%s", o.odd)
	}
	if o.typ.dtype == tensor.Invalid {
		return nil, o.errorf("%s; want numbers", o.typ.text)
	}
	n, ok := o.space.bytes(o.typ.size)
	if !ok || o.space.null {
		return nil, o.errorf("shape %v cannot be stored", shape)
	}
	raw, err := o.raw(n)
	if err != nil {
		return nil, o.errorf("%w", err)
	}
	return o.typ.decode(raw, shape)
}

// raw returns the bytes of a contiguous or compact array.
func (o *Object) raw(n uint64) ([]byte, error) {
	b := o.layout
	if len(b) < 2 {
		return nil, fmt.Errorf("its layout is missing")
	}
	if b[0] != 3 {
		return nil, fmt.Errorf("layout version %d; 3 is supported", b[0])
	}
	switch class := b[1]; class {
	case 0:
		if len(b) < 4 || int(u16(b[2:])) > len(b)-4 || uint64(u16(b[2:])) != n {
			return nil, fmt.Errorf("compact data that doesn't match its shape")
		}
		return b[4 : 4+n], nil
	case 1:
		if len(b) < 18 {
			return nil, fmt.Errorf("a layout of %d bytes", len(b))
		}
		at, size := u64(b[2:]), u64(b[10:])
		if n == 0 {
			return nil, nil
		}
		if at == undefined || size != n || at > o.f.size || n > o.f.size-at {
			return nil, fmt.Errorf("%d bytes are wanted, the file has %d at address %d", n, size, at)
		}
		out := make([]byte, n)
		_, err := o.f.r.ReadAt(out, int64(at))
		return out, err
	case 2:
		return nil, fmt.Errorf("chunked data; Keras writes it whole: write the file again with load_weights and save_weights")
	default:
		return nil, fmt.Errorf("layout class %d (virtual or unknown), which is refused", class)
	}
}

// decode converts little- or big-endian bytes to a tensor.
func (t *Type) decode(raw []byte, shape tensor.Shape) (*tensor.Tensor, error) {
	out := tensor.New(t.dtype, shape...)
	if err := out.Err(); err != nil {
		return nil, err
	}
	if bools, ok := out.Data().([]bool); ok {
		for i := range bools {
			bools[i] = raw[i] != 0
		}
		return out, nil
	}
	if ints, ok := out.Data().([]int32); ok && t.size == 1 {
		for i := range ints {
			ints[i] = int32(int8(raw[i]))
		}
		return out, nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if t.swap {
		order = binary.BigEndian
	}
	return out, binary.Read(bytes.NewReader(raw), order, out.Data())
}

// An attribute is a small array in an object's header.
type attribute struct {
	typ   *Type
	space *Space
	data  []byte
}

// attribute reads an attribute message.
func (o *Object) attribute(b []byte) error {
	if len(b) < 8 {
		return fmt.Errorf("an attribute of %d bytes", len(b))
	}
	version := b[0]
	n, t, s := int(u16(b[2:])), int(u16(b[4:])), int(u16(b[6:]))
	at, pad := 8, func(x int) int { return (x + 7) &^ 7 }
	switch version {
	case 1:
	case 2, 3:
		pad = func(x int) int { return x }
		if b[1] != 0 {
			return fmt.Errorf("an attribute of a shared type, which is not supported")
		}
		if version == 3 {
			at = 9
		}
	default:
		return fmt.Errorf("attribute version %d", version)
	}
	if at+pad(n)+pad(t)+pad(s) > len(b) {
		return fmt.Errorf("an attribute that is longer than its message")
	}
	name, _, _ := strings.Cut(string(b[at:at+n]), "\x00")
	at += pad(n)
	typ, err := parseType(b[at:at+t], 0)
	if err != nil {
		return fmt.Errorf("attribute %q: %w", name, err)
	}
	at += pad(t)
	space, err := parseSpace(b[at : at+s])
	if err != nil {
		return fmt.Errorf("attribute %q: %w", name, err)
	}
	o.attrs[name] = attribute{typ, space, b[at+pad(s):]}
	return nil
}

// Strings returns a string attribute, which is one string or a list, or nil if there is none.
func (o *Object) Strings(name string) ([]string, error) {
	a, ok := o.attrs[name]
	if !ok {
		return nil, nil
	}
	count := tensor.Shape(a.space.Shape).Size()
	if count == 0 { // h5py writes an arbitrary type for an empty list
		return []string{}, nil
	}
	n, ok := a.space.bytes(a.typ.size)
	if !ok || n > uint64(len(a.data)) || a.typ.class != classString && !a.typ.vlen {
		return nil, o.errorf("attribute %q: %v %s in %d bytes; want strings", name, a.space.Shape, a.typ.text, len(a.data))
	}
	out := make([]string, count)
	var total uint64
	for i := range out {
		b := a.data[i*a.typ.size : (i+1)*a.typ.size]
		if !a.typ.vlen {
			out[i] = strings.TrimRight(string(b), "\x00 ")
			continue
		}
		s, err := o.f.heapString(b)
		if err != nil {
			return nil, o.errorf("attribute %q: %w", name, err)
		}
		if total += uint64(len(s)); total > o.f.size { // references to the same string
			return nil, o.errorf("attribute %q: strings of more bytes than the file has", name)
		}
		out[i] = s
	}
	return out, nil
}

// heapString reads a string of the global heap.
func (f *File) heapString(ref []byte) (string, error) {
	if len(ref) < 16 {
		return "", fmt.Errorf("a string reference of %d bytes", len(ref))
	}
	length, at, index := uint64(u32(ref)), u64(ref[4:]), u32(ref[12:])
	if length == 0 {
		return "", nil
	}
	head, err := f.bytes(at, 16)
	if err != nil {
		return "", fmt.Errorf("global heap: %w", err)
	}
	if string(head[:4]) != "GCOL" {
		return "", fmt.Errorf("global heap: the signature is %q", head[:4])
	}
	all := u64(head[8:])
	if all < 16 {
		return "", fmt.Errorf("global heap of %d bytes", all)
	}
	b, err := f.bytes(at, all)
	if err != nil {
		return "", fmt.Errorf("global heap: %w", err)
	}
	for b = b[16:]; len(b) >= 16; {
		id, size := u16(b), u64(b[8:])
		if size > uint64(len(b)-16) || id == 0 {
			break
		}
		if uint32(id) == index {
			if length > size {
				break
			}
			return string(b[16 : 16+length]), nil
		}
		b = b[16+min((size+7)&^7, uint64(len(b)-16)):]
	}
	return "", fmt.Errorf("global heap: there is no object %d of %d bytes", index, length)
}
