package hdf5

import (
	"fmt"
	"strings"
)

// Message types of an object header.
const (
	msgSpace        = 0x0001
	msgLinkInfo     = 0x0002
	msgType         = 0x0003
	msgLink         = 0x0006
	msgExternal     = 0x0007
	msgLayout       = 0x0008
	msgFilters      = 0x000B
	msgAttribute    = 0x000C
	msgContinuation = 0x0010
	msgGroup        = 0x0011
)

// object reads the object header at an address.
func (f *File) object(path string, addr uint64) (*Object, error) {
	o := &Object{f: f, path: path, addr: addr, attrs: map[string]attribute{}}
	if f.left--; f.left < 0 {
		return nil, o.errorf("more than %d objects", maxEntries)
	}
	if strings.Count(path, "/") > maxDepth {
		return nil, o.errorf("groups nested more than %d deep", maxDepth)
	}
	b, err := f.bytes(addr, 16)
	if err != nil {
		return nil, o.errorf("object header: %w", err)
	}
	if b[0] != 1 {
		return nil, o.errorf("object header version %d; 1 is supported, which h5py writes by default", b[0])
	}
	blocks := [][2]uint64{{addr + 16, uint64(u32(b[8:]))}}
	left := int(u16(b[2:])) // number of messages left
	for n := 0; len(blocks) > 0 && left > 0; n++ {
		if n > 4096 {
			return nil, o.errorf("more than 4096 continuations of its header")
		}
		at, size := blocks[0][0], blocks[0][1]
		blocks = blocks[1:]
		data, err := f.bytes(at, size)
		if err != nil {
			return nil, o.errorf("header messages: %w", err)
		}
		more, used, err := o.messages(data, left)
		if err != nil {
			return nil, o.errorf("%w", err)
		}
		blocks = append(blocks, more...)
		left -= used
	}
	return o, nil
}

// messages reads the messages of one block and returns the header's continuation blocks.
func (o *Object) messages(data []byte, most int) (more [][2]uint64, n int, err error) {
	for len(data) >= 8 && n < most {
		kind, size, flags := u16(data), int(u16(data[2:])), data[4]
		if size > len(data)-8 {
			return nil, n, fmt.Errorf("a message of %d bytes in a block with %d left", size, len(data)-8)
		}
		body := data[8 : 8+size]
		data = data[8+size:]
		n++
		if kind == msgContinuation {
			if size < 16 {
				return nil, n, fmt.Errorf("a continuation of %d bytes", size)
			}
			more = append(more, [2]uint64{u64(body), u64(body[8:])})
			continue
		}
		if flags&2 != 0 && (kind == msgSpace || kind == msgType || kind == msgLayout || kind == msgAttribute) {
			return nil, n, fmt.Errorf("a shared message, which is not supported")
		}
		if err := o.message(kind, body); err != nil {
			return nil, n, err
		}
	}
	return more, n, nil
}

func (o *Object) message(kind uint16, b []byte) (err error) {
	switch kind {
	case msgSpace:
		o.space, err = parseSpace(b)
	case msgType:
		o.typ, err = parseType(b, 0)
	case msgLayout:
		o.layout = b
	case msgGroup:
		if len(b) < 16 {
			return fmt.Errorf("a symbol table of %d bytes", len(b))
		}
		o.isGroup, o.btree, o.heap = true, u64(b), u64(b[8:])
	case msgAttribute:
		err = o.attribute(b)
	case msgExternal:
		o.odd = "its data lies in another file, which is refused"
	case msgFilters:
		o.odd = "its data is compressed or filtered; Keras writes it plain: write the file again with load_weights and save_weights"
	case msgLinkInfo, msgLink:
		o.isGroup = true
		return fmt.Errorf("a group of the new style; those of h5py's default are supported")
	}
	return err
}

// list reads the members of a group from its B-tree.
func (o *Object) list() error {
	if o.f.seen[o.addr] {
		return o.errorf("the group contains itself")
	}
	o.f.seen[o.addr] = true
	heap, err := o.names0()
	if err != nil {
		return o.errorf("local heap: %w", err)
	}
	if err := o.tree(o.btree, heap, -1, map[uint64]bool{}); err != nil {
		return o.errorf("%w", err)
	}
	return nil
}

// names0 reads the heap that holds the names of the members.
func (o *Object) names0() ([]byte, error) {
	b, err := o.f.bytes(o.heap, 32)
	if err != nil {
		return nil, err
	}
	if string(b[:4]) != "HEAP" {
		return nil, fmt.Errorf("the signature is %q", b[:4])
	}
	return o.f.bytes(u64(b[24:]), u64(b[8:]))
}

// tree walks a version 1 B-tree of group members. level is the required level of the node, or -1
// for the root: each node is one level below its parent.
func (o *Object) tree(at uint64, heap []byte, level int, seen map[uint64]bool) error {
	if seen[at] {
		return fmt.Errorf("a node of its B-tree is below itself")
	}
	seen[at] = true
	b, err := o.f.bytes(at, 24)
	if err != nil {
		return fmt.Errorf("node of the B-tree: %w", err)
	}
	if string(b[:4]) == "SNOD" && level < 0 {
		return o.symbols(at, heap)
	}
	if string(b[:4]) != "TREE" || b[4] != 0 {
		return fmt.Errorf("a node of the B-tree: the signature is %q, the type %d", b[:4], b[4])
	}
	if l := int(b[5]); l > 16 || level >= 0 && l != level {
		return fmt.Errorf("a node of the B-tree of level %d where %d is wanted", l, level)
	}
	level = int(b[5]) - 1
	n := uint64(u16(b[6:]))
	entries, err := o.f.bytes(at+24, 8+16*n)
	if err != nil {
		return fmt.Errorf("node of the B-tree: %w", err)
	}
	for i := range n {
		if err := o.tree(u64(entries[8+16*i:]), heap, level, seen); err != nil {
			return err
		}
	}
	return nil
}

// symbols reads a symbol table node.
func (o *Object) symbols(at uint64, heap []byte) error {
	b, err := o.f.bytes(at, 8)
	if err != nil {
		return fmt.Errorf("symbol node: %w", err)
	}
	n := uint64(u16(b[6:]))
	if b, err = o.f.bytes(at+8, 40*n); err != nil {
		return fmt.Errorf("symbol node of %d entries: %w", n, err)
	}
	for i := range n {
		e := b[40*i:]
		name, err := text(heap, u64(e))
		if err != nil {
			return err
		}
		if u32(e[16:]) == 2 {
			return fmt.Errorf("member %q is a soft link, which is refused", name)
		}
		if name == "" || name == "." || name == ".." || strings.Contains(name, "/") || o.members[name] != nil {
			return fmt.Errorf("a member named %q", name)
		}
		path := name
		if o.path != "" {
			path = o.path + "/" + name
		}
		m, err := o.f.object(path, u64(e[8:]))
		if err != nil {
			return err
		}
		if m.isGroup && o.f.seen[m.addr] {
			return fmt.Errorf("member %q is a group around it", name)
		}
		o.members[name] = m
		o.names = append(o.names, name)
	}
	return nil
}

// text returns the zero-terminated string at an offset in a heap.
func text(heap []byte, at uint64) (string, error) {
	if at >= uint64(len(heap)) {
		return "", fmt.Errorf("a name at %d of a heap of %d bytes", at, len(heap))
	}
	s, _, ended := strings.Cut(string(heap[at:min(at+4096, uint64(len(heap)))]), "\x00")
	if !ended {
		return "", fmt.Errorf("a name of more than 4095 bytes, or without an end")
	}
	return s, nil
}
