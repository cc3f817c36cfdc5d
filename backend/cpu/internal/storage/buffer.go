package storage

import (
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// ErrClosed is returned for a device, executable or buffer that has been closed.
var ErrClosed = errors.New("cpu: used after Close")

// Buffer is host memory of one value.
type Buffer struct {
	Type  graph.Type
	Bytes int
	own   unsafe.Pointer // its own memory; nil until it is needed
	At    unsafe.Pointer // own, or what is lent
	table *AdamTable     // that it is part of; nil: none
	stamp atomic.Uint64  // of its elements, see newStamp
}

// NewBuffer returns a zeroed buffer for a value of type t.
func NewBuffer(t graph.Type) (*Buffer, error) {
	if t.DType.Size() == 0 || t.DType == tensor.String {
		return nil, fmt.Errorf("cpu: no buffers of %v", t.DType)
	}
	if err := t.Shape.Check(); err != nil {
		return nil, fmt.Errorf("cpu: buffer: %w", err)
	}
	b := &Buffer{Type: graph.Type{DType: t.DType, Shape: t.Shape.Clone()}, Bytes: t.Shape.Size() * t.DType.Size()}
	b.own = Aligned(b.Bytes)
	b.At = b.own
	b.stamp.Store(newStamp())
	return b, nil
}

func (b *Buffer) check(t *tensor.Tensor) error {
	switch {
	case b.At == nil:
		return ErrClosed
	case t == nil:
		return fmt.Errorf("cpu: no array; a buffer of %v wants one", b.Type)
	case t.Err() != nil:
		return t.Err()
	case t.DType() != b.Type.DType || !t.Shape().Equal(b.Type.Shape):
		return fmt.Errorf("cpu: a buffer of %v got %v; wants the same type", b.Type, graph.Type{DType: t.DType(), Shape: t.Shape()})
	}
	return nil
}

// Write copies t in.
func (b *Buffer) Write(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.detach()
	if b.own == nil {
		b.own = Aligned(b.Bytes)
	}
	b.At = b.own
	b.stamp.Add(1)
	copy(Bytes(b.At, b.Bytes), Bytes(Address(t), b.Bytes))
	return nil
}

// Lend makes b stand for t's memory.
func (b *Buffer) Lend(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.detach()
	if b.Bytes > 0 {
		b.At = Address(t)
		b.stamp.Add(1)
	}
	return nil
}

// Read copies the value out.
func (b *Buffer) Read(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	b.settle()
	copy(Bytes(Address(t), b.Bytes), Bytes(b.At, b.Bytes))
	return nil
}

// Close drops the memory.
func (b *Buffer) Close() error {
	b.detach()
	b.At, b.own = nil, nil
	return nil
}

// Use prepares b for a run of a program, which may know how to use the rows of a table and may
// change the elements. It returns the stamp of the elements.
func (b *Buffer) Use(rows, writes bool) (stamp uint64) {
	switch {
	case b.table == nil || rows:
	case writes:
		b.detach()
	default:
		b.settle()
	}
	if writes {
		return b.stamp.Add(1)
	}
	return b.stamp.Load()
}

// CatchUp brings rows of a table that b may be a part of up to date.
func (b *Buffer) CatchUp(threads *kernel.ThreadPool, rows []int64) {
	if b.table != nil {
		b.table.catchUp(threads, rows)
	}
}

// settle brings the rows of a table up to date.
func (b *Buffer) settle() {
	if b.table != nil {
		b.table.settle()
		b.stamp.Add(1)
	}
}

// detach dissolves the table that b is a part of: its buffers are plain ones again.
func (b *Buffer) detach() {
	if t := b.table; t != nil {
		t.settle()
		t.w.table, t.m.table, t.v.table = nil, nil, nil
	}
}

// f32 is the elements of a buffer of float32.
func (b *Buffer) f32() []float32 { return unsafe.Slice((*float32)(b.At), b.Bytes/4) }

// Weights that kernels want in a layout of their own are packed once, and again only when they
// have changed. Stamps say whether they have.

// stamps counts the buffers that were made.
var stamps atomic.Uint64

// newStamp is the first stamp of a new buffer. What may change a buffer's elements adds 1
// to its stamp: equal stamps mean the same buffer with the same elements.
func newStamp() uint64 { return stamps.Add(1) << 40 }
