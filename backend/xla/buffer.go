package xla

import (
	"fmt"
	"sync"
	"unsafe"

	"github.com/rhyton/rhyton/backend/xla/internal/pjrt"
	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// buffer is one value on the device. Its array is created by the first write, or by the execution
// that outputs it.
type buffer struct {
	device *device
	typ    graph.Type
	array  pjrt.Buffer // empty: zeros
	host   pjrt.HostData
	closed bool
	fill   sync.Mutex // several runs may read a variable that was never written
}

func newBuffer(d *device, t graph.Type) *buffer {
	b := &buffer{device: d, typ: graph.Type{DType: t.DType, Shape: t.Shape.Clone()}}
	b.host = pjrt.HostData{Type: elements[t.DType], Device: d.device}
	for _, n := range t.Shape {
		b.host.Dims = append(b.host.Dims, int64(n))
	}
	return b
}

func (b *buffer) check(t *tensor.Tensor) error {
	switch {
	case b.closed:
		return errClosed
	case t == nil:
		return fmt.Errorf("xla: a buffer of %v got no array", b.typ)
	case t.Err() != nil:
		return fmt.Errorf("xla: %w", t.Err())
	case t.DType() != b.typ.DType || !t.Shape().Equal(b.typ.Shape):
		return fmt.Errorf("xla: a buffer of %v got %v; want the same type", b.typ,
			graph.Type{DType: t.DType(), Shape: t.Shape()})
	}
	return nil
}

// Write copies t to the device.
func (b *buffer) Write(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	return b.device.client.FromHostInto(&b.array, memory(t), b.host)
}

// Lend is the same as Write, even where the device could use t in place: a run may continue after
// Run has returned, when the lender of t may already be filling it with the next batch.
func (b *buffer) Lend(t *tensor.Tensor) error { return b.Write(t) }

// Read waits for the computation of the value and copies it to t.
func (b *buffer) Read(t *tensor.Tensor) error {
	if err := b.check(t); err != nil {
		return err
	}
	dst := memory(t)
	if b.array.Empty() {
		clear(dst)
		return nil
	}
	return b.array.ToHost(dst, len(b.typ.Shape))
}

// Close frees the memory.
func (b *buffer) Close() error {
	b.closed = true
	return b.array.Destroy()
}

// filled returns the array of the value, creating zeros if nothing has been written yet.
func (b *buffer) filled() (*pjrt.Buffer, error) {
	b.fill.Lock()
	defer b.fill.Unlock()
	if !b.array.Empty() {
		return &b.array, nil
	}
	zeros := make([]byte, b.size())
	return &b.array, b.device.client.FromHostInto(&b.array, zeros, b.host)
}

// size returns the size of the value in bytes.
func (b *buffer) size() int64 { return int64(b.typ.Shape.Size() * b.typ.DType.Size()) }

// memory returns t's elements as bytes.
func memory(t *tensor.Tensor) []byte {
	switch d := t.Data().(type) {
	case []bool:
		return raw(d)
	case []uint8:
		return d
	case []int32:
		return raw(d)
	case []int64:
		return raw(d)
	case []uint16:
		return raw(d)
	case []float32:
		return raw(d)
	case []float64:
		return raw(d)
	}
	return nil
}

func raw[T bool | int32 | int64 | uint16 | float32 | float64](s []T) []byte {
	var zero T
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), len(s)*int(unsafe.Sizeof(zero)))
}
