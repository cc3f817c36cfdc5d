package graph

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// Shape is the extent of each axis, outermost first.
type Shape = tensor.Shape

// DType is an element type.
type DType = tensor.DType

// The element types a graph computes with.
const (
	Bool     = tensor.Bool
	Uint8    = tensor.Uint8
	Int32    = tensor.Int32
	Int64    = tensor.Int64
	BFloat16 = tensor.BFloat16
	Float16  = tensor.Float16
	Float32  = tensor.Float32
	Float64  = tensor.Float64
)

// A Type is the element type and shape of a value, which are known before the run.
type Type struct {
	DType DType
	Shape Shape
}

// Equal reports whether t and u are the same type.
func (t Type) Equal(u Type) bool { return t.DType == u.DType && t.Shape.Equal(u.Shape) }

// String writes t as float32(2, 3).
func (t Type) String() string { return t.DType.String() + t.Shape.String() }

// MaxRank is the largest number of axes a value can have.
const MaxRank = 8

// Dims is a comparable list of up to MaxRank numbers, an attribute of operations.
type Dims struct {
	Rank int
	At   [MaxRank]int
}

// DimsOf returns s as Dims. More than MaxRank entries are an error.
func DimsOf(s []int) (d Dims) {
	if len(s) > MaxRank {
		Errorf("%v: more than %d axes", s, MaxRank)
	}
	d.Rank = copy(d.At[:], s)
	return d
}

// RepeatDim returns Dims of n entries v.
func RepeatDim(n, v int) (d Dims) {
	d.Rank = n
	for i := range n {
		d.At[i] = v
	}
	return d
}

// Shape returns d as a new Shape.
func (d Dims) Shape() Shape { return append(Shape{}, d.At[:d.Rank]...) }

// String writes d like a shape.
func (d Dims) String() string { return d.Shape().String() }

// An Error is the panic value for misuse of an operation; [Trace] returns it as an error.
type Error struct{ msg string }

func (e *Error) Error() string { return e.msg }

// Errorf panics with an *Error. The message should name the operation, the value received and the
// value expected.
func Errorf(format string, args ...any) { panic(&Error{fmt.Sprintf(format, args...)}) }
