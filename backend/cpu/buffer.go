package cpu

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

var errClosed = errors.New("cpu: used after Close")

// cacheLine is what memory is aligned to: a line of the cache and a vector of AVX-512.
const cacheLine = 64

// buffer is host memory of one value.
type buffer struct {
	typ   graph.Type
	bytes int
	own   unsafe.Pointer // its own memory; nil until it is needed
	at    unsafe.Pointer // own, or what is lent
	table *table         // that it is part of; nil: none
	stamp atomic.Uint64  // of its elements, see newStamp
}

func newBuffer(t graph.Type) (*buffer, error) {
	if t.DType.Size() == 0 || t.DType == tensor.String {
		return nil, fmt.Errorf("cpu: no buffers of %v", t.DType)
	}
	if err := t.Shape.Check(); err != nil {
		return nil, fmt.Errorf("cpu: buffer: %w", err)
	}
	b := &buffer{typ: graph.Type{DType: t.DType, Shape: t.Shape.Clone()}, bytes: t.Shape.Size() * t.DType.Size()}
	b.own = aligned(b.bytes)
	b.at = b.own
	b.stamp.Store(newStamp())
	return b, nil
}

// aligned returns n zeroed bytes at a cache line; much memory lies in large pages, so that the
// processor need not look up an address every 4 kB.
func aligned(n int) unsafe.Pointer {
	line := cacheLine
	if n >= 2*pageBytes {
		line = pageBytes
	}
	s := make([]uint64, (n+line)/8+8)
	p := unsafe.Pointer(&s[0])
	p = unsafe.Add(p, -uintptr(p)&uintptr(line-1))
	if line == pageBytes {
		adviseLarge(unsafe.Slice((*byte)(p), n))
	}
	return p
}

func (b *buffer) check(t *tensor.Tensor) error {
	switch {
	case b.at == nil:
		return errClosed
	case t == nil:
		return fmt.Errorf("cpu: no array; a buffer of %v wants one", b.typ)
	case t.Err() != nil:
		return t.Err()
	case t.DType() != b.typ.DType || !t.Shape().Equal(b.typ.Shape):
		return fmt.Errorf("cpu: a buffer of %v got %v; wants the same type", b.typ, graph.Type{DType: t.DType(), Shape: t.Shape()})
	}
	return nil
}

// Write copies t in.
func (b *buffer) Write(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.release()
	if b.own == nil {
		b.own = aligned(b.bytes)
	}
	b.at = b.own
	b.stamp.Add(1)
	copy(span(b.at, b.bytes), span(pointer(t), b.bytes))
	return nil
}

// Lend makes b stand for t's memory.
func (b *buffer) Lend(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.release()
	if b.bytes > 0 {
		b.at = pointer(t)
		b.stamp.Add(1)
	}
	return nil
}

// Read copies the value out.
func (b *buffer) Read(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.settle()
	copy(span(pointer(t), b.bytes), span(b.at, b.bytes))
	return nil
}

// Close drops the memory.
func (b *buffer) Close() error {
	b.release()
	b.at, b.own = nil, nil
	return nil
}

// settle brings the rows of a table up to date.
func (b *buffer) settle() {
	if b.table != nil {
		b.table.settle()
		b.stamp.Add(1)
	}
}

// release makes a table's buffers plain ones again.
func (b *buffer) release() {
	if t := b.table; t != nil {
		t.settle()
		t.w.table, t.m.table, t.v.table = nil, nil, nil
	}
}

func span(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

// pointer is the address of t's first element.
func pointer(t *tensor.Tensor) unsafe.Pointer {
	switch d := t.Data().(type) {
	case []bool:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint8:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []int32:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []int64:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []uint16:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []float32:
		return unsafe.Pointer(unsafe.SliceData(d))
	case []float64:
		return unsafe.Pointer(unsafe.SliceData(d))
	}
	return nil
}

// f32 is the elements of a buffer of float32.
func (b *buffer) f32() []float32 { return unsafe.Slice((*float32)(b.at), b.bytes/4) }
