package hdf5

import (
	"fmt"
	"math/bits"

	"github.com/rhyton/rhyton/tensor"
)

// A Space is the shape of an array.
type Space struct {
	Shape []int
	null  bool
}

func parseSpace(b []byte) (*Space, error) {
	if len(b) < 4 {
		return nil, fmt.Errorf("a dataspace of %d bytes", len(b))
	}
	rank, head := int(b[1]), 8
	s := &Space{Shape: []int{}}
	switch b[0] {
	case 1:
	case 2:
		head = 4
		s.null = b[3] == 2
	default:
		return nil, fmt.Errorf("dataspace version %d", b[0])
	}
	if rank > 32 || len(b) < head+8*rank {
		return nil, fmt.Errorf("a dataspace of rank %d in %d bytes", rank, len(b))
	}
	for i := range rank {
		d := u64(b[head+8*i:])
		if d >= 1<<47 {
			return nil, fmt.Errorf("an extent of %d", d)
		}
		s.Shape = append(s.Shape, int(d))
	}
	return s, tensor.Shape(s.Shape).Check()
}

// bytes returns the size in bytes of all elements of the given size, or false on overflow.
func (s *Space) bytes(element int) (uint64, bool) {
	total := uint64(element)
	for _, d := range s.Shape {
		hi, lo := bits.Mul64(total, uint64(d))
		if hi != 0 {
			return 0, false
		}
		total = lo
	}
	return total, true
}

// A Type is the type of an array's elements.
type Type struct {
	class int
	size  int
	dtype tensor.DType // for numbers that a tensor can hold
	vlen  bool         // strings in the global heap
	swap  bool         // big-endian
	text  string       // description for errors
}

// Datatype classes.
const (
	classFixed = iota
	classFloat
	classTime
	classString
	classBits
	classOpaque
	classCompound
	classReference
	classEnum
	classVlen
	classArray
)

var classNames = [...]string{"integers", "floats", "times", "strings", "bit fields", "opaque bytes", "compounds", "references", "enumerations", "variable-length lists", "arrays"}

func parseType(b []byte, depth int) (*Type, error) {
	if len(b) < 8 || depth > 4 {
		return nil, fmt.Errorf("a datatype of %d bytes", len(b))
	}
	t := &Type{class: int(b[0] & 15), size: int(u32(b[4:]))}
	if t.class >= len(classNames) {
		return nil, fmt.Errorf("datatype class %d", t.class)
	}
	t.text = fmt.Sprintf("%s of %d bytes", classNames[t.class], t.size)
	switch t.class {
	case classFixed:
		t.swap = b[1]&1 != 0
		t.dtype = map[[2]int]tensor.DType{{1, 0}: tensor.Uint8, {1, 8}: tensor.Int32, {4, 8}: tensor.Int32, {8, 8}: tensor.Int64}[[2]int{t.size, int(b[1] & 8)}]
	case classFloat:
		t.swap = b[1]&1 != 0
		t.dtype = map[int]tensor.DType{2: tensor.Float16, 4: tensor.Float32, 8: tensor.Float64}[t.size]
		if len(b) < 20 || t.size == 4 && (b[12] != 23 || b[13] != 8 || b[15] != 23) || t.size == 8 && (b[12] != 52 || b[13] != 11) || t.size == 2 && (b[12] != 10 || b[13] != 5) {
			t.dtype = tensor.Invalid // not an IEEE format
		}
	case classEnum:
		if base, err := parseType(b[8:], depth+1); err == nil && base.class == classFixed && base.size == 1 {
			t.dtype = tensor.Bool // how h5py writes bools
		}
	case classVlen:
		t.vlen = b[1]&15 == 1
	}
	return t, nil
}
