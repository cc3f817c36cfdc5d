package pjrt

import "fmt"

// ElementType is PJRT_Buffer_Type.
type ElementType int32

const (
	Pred ElementType = iota + 1 // bool, one byte of 0 or 1
	S8
	S16
	S32
	S64
	U8
	U16
	U32
	U64
	F16
	F32
	F64
	BF16
	C64
	C128
)

var elements = [...]struct {
	name string
	size int
}{{}, {"i1", 1}, {"i8", 1}, {"i16", 2}, {"i32", 4}, {"i64", 8}, {"ui8", 1}, {"ui16", 2}, {"ui32", 4}, {"ui64", 8},
	{"f16", 2}, {"f32", 4}, {"f64", 8}, {"bf16", 2}, {"complex<f32>", 8}, {"complex<f64>", 16}}

// Size returns the size in bytes of one element in host memory, or 0 for types not listed here.
func (t ElementType) Size() int {
	if t < Pred || t > C128 {
		return 0
	}
	return elements[t].size
}

// String returns the name of the type in StableHLO text.
func (t ElementType) String() string {
	if t < Pred || t > C128 {
		return fmt.Sprintf("element type %d", int32(t))
	}
	return elements[t].name
}

// byteCount returns the size of a dense array, or an error if the array is invalid.
func byteCount(op string, t ElementType, dims []int64) (int64, error) {
	const most = 1 << 47 // the size of the address space
	n := int64(t.Size())
	if n == 0 {
		return 0, errorf(op, InvalidArgument, "%v is not supported", t)
	}
	for _, d := range dims {
		if d < 0 || d > 0 && n > most/d {
			return 0, errorf(op, InvalidArgument, "dimensions %v: want none negative and less than 2^47 bytes", dims)
		}
		n *= d
	}
	return n, nil
}
