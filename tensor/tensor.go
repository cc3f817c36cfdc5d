// Package tensor provides n-dimensional arrays in host memory: an element type, a shape and
// row-major data. Tensors are the inputs and results of computations; graphs do the computing.
package tensor

import (
	"errors"
	"fmt"
)

// A Tensor is an n-dimensional array in row-major order.
type Tensor struct {
	dtype DType
	shape Shape
	data  any // []bool, []uint8, []int32, []int64, []uint16 (half floats), []float32, []float64 or []string
	err   error
	view  bool // data is shared with another array
}

// Element is a Go type that arrays can hold.
type Element interface {
	bool | uint8 | int32 | int64 | float32 | float64 | string
}

// Of returns an array over data, which is not copied. Without a shape it is a vector. If the
// shape does not hold len(data) elements, [Tensor.Err] and every later use report it.
func Of[T Element](data []T, shape ...int) *Tensor {
	return of(dtypeOf[T](), data, len(data), shape)
}

func of(dtype DType, data any, n int, shape Shape) *Tensor {
	if shape == nil {
		shape = Shape{n}
	}
	t := &Tensor{dtype: dtype, shape: shape.Clone(), data: data}
	if err := t.shape.Check(); err != nil {
		return broken(dtype, fmt.Errorf("tensor: %w", err))
	}
	if size := t.shape.Size(); size != n {
		return broken(dtype, fmt.Errorf("tensor: shape %v holds %d elements, %d were given", t.shape, size, n))
	}
	return t
}

// broken returns an empty array that carries an error.
func broken(dtype DType, err error) *Tensor {
	return &Tensor{dtype: dtype, shape: Shape{0}, data: alloc(dtype, 0), err: err}
}

// Broken returns an empty array whose [Tensor.Err] is err, for functions that can't make the
// requested array.
func Broken(err error) *Tensor { return broken(Float32, err) }

// Ints returns a vector, or an array of that shape, of Int64 over a copy of data.
func Ints(data []int, shape ...int) *Tensor {
	wide := make([]int64, len(data))
	for i, v := range data {
		wide[i] = int64(v)
	}
	return Of(wide, shape...)
}

// Scalar returns an array of rank 0.
func Scalar[T Element](v T) *Tensor { return Of([]T{v}, []int{}...) }

// New returns an array of zeros. If the shape is invalid, [Tensor.Err] says why.
func New(dtype DType, shape ...int) *Tensor {
	s := Shape(shape).Clone()
	if err := s.Check(); err != nil {
		return broken(dtype, fmt.Errorf("tensor: %w", err))
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

var errNone = errors.New("tensor: no array: a nil or zero Tensor; make one with Of or New")

// Err returns the error that occurred when the array was made, or nil.
func (t *Tensor) Err() error {
	if t == nil || t.data == nil {
		return errNone
	}
	return t.err
}

// DType returns the type of t's elements.
func (t *Tensor) DType() DType { return t.dtype }

// Shape returns the extent of each axis; do not change it.
func (t *Tensor) Shape() Shape { return t.shape }

// Rank returns the number of axes.
func (t *Tensor) Rank() int { return len(t.shape) }

// Len returns the number of elements.
func (t *Tensor) Len() int {
	if t.data == nil {
		return 0
	}
	return t.shape.Size()
}

// Data returns the elements as the slice that holds them, such as []float32;
// half floats are their bits as []uint16.
func (t *Tensor) Data() any { return t.data }

// Data returns t's own elements if their type is T, otherwise nil, false.
func Data[T Element](t *Tensor) ([]T, bool) {
	d, ok := t.data.([]T)
	return d, ok && t.dtype == dtypeOf[T]()
}
