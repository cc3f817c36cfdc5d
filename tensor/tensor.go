// Package tensor has arrays in host memory: an element type, a shape and row-major data.
// They are what goes into and comes out of a computation; computing is for graphs.
package tensor

import "fmt"

// A Tensor is an n-dimensional array in row-major order.
type Tensor struct {
	dtype DType
	shape Shape
	data  any // []bool, []uint8, []int32, []int64, []uint16 (half floats), []float32, []float64 or []string
	err   error
}

// Element is a Go type that arrays can hold.
type Element interface {
	bool | uint8 | int32 | int64 | float32 | float64 | string
}

// Of returns an array over data, which is kept, not copied. Without a shape it is a vector.
// A shape that does not hold len(data) elements is a mistake that [Tensor.Err] and every
// later use report.
func Of[T Element](data []T, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	if shape == nil {
		s = Shape{len(data)}
	}
	t := &Tensor{dtype: dtypeOf[T](), shape: s, data: data}
	if err := s.Check(); err != nil {
		t.err = fmt.Errorf("tensor: %w", err)
	} else if s.Size() != len(data) {
		t.err = fmt.Errorf("tensor: shape %v holds %d elements, %d were given", s, s.Size(), len(data))
	}
	if t.err != nil {
		t.shape, t.data = Shape{0}, []T{}
	}
	return t
}

// Scalar returns an array of rank 0.
func Scalar[T Element](v T) *Tensor { return Of([]T{v}, []int{}...) }

// New returns an array of zeros, or one whose [Tensor.Err] says why it can't be.
func New(dtype DType, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	if err := s.Check(); err != nil {
		return &Tensor{dtype: dtype, shape: Shape{0}, data: alloc(dtype, 0), err: fmt.Errorf("tensor: %w", err)}
	}
	return &Tensor{dtype: dtype, shape: s, data: alloc(dtype, s.Size())}
}

func alloc(d DType, n int) any {
	switch d {
	case Bool:
		return make([]bool, n)
	case Uint8:
		return make([]uint8, n)
	case Int32:
		return make([]int32, n)
	case Int64:
		return make([]int64, n)
	case BFloat16, Float16:
		return make([]uint16, n)
	case Float64:
		return make([]float64, n)
	case String:
		return make([]string, n)
	}
	return make([]float32, n)
}

func dtypeOf[T Element]() DType {
	var z T
	switch any(z).(type) {
	case bool:
		return Bool
	case uint8:
		return Uint8
	case int32:
		return Int32
	case int64:
		return Int64
	case float64:
		return Float64
	case string:
		return String
	}
	return Float32
}

// Err returns what was wrong with the array's making, or nil.
func (t *Tensor) Err() error { return t.err }

// DType returns the type of t's elements.
func (t *Tensor) DType() DType { return t.dtype }

// Shape returns the extent of each axis; do not change it.
func (t *Tensor) Shape() Shape { return t.shape }

// Rank returns the number of axes.
func (t *Tensor) Rank() int { return len(t.shape) }

// Len returns the number of elements.
func (t *Tensor) Len() int { return t.shape.Size() }

// Data returns the elements as the slice that holds them, such as []float32;
// half floats are their bits as []uint16.
func (t *Tensor) Data() any { return t.data }

// Data returns t's own elements where T is their type, else nil, false.
func Data[T Element](t *Tensor) ([]T, bool) {
	d, ok := t.data.([]T)
	return d, ok && t.dtype == dtypeOf[T]()
}
