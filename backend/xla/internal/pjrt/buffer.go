package pjrt

import (
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// Buffer is an array on a device. The zero Buffer is empty and may be an output of
// [Executable.Execute].
type Buffer struct {
	client *Client
	handle atomic.Uintptr
	host   []byte // with ZeroCopy: memory that the device reads in place
	done   uintptr
}

// HostData describes host data and how to place it on a device.
type HostData struct {
	Type     ElementType
	Dims     []int64 // none for a scalar
	Device   Device  // the zero Device is the client's first
	ZeroCopy bool    // let the device use the data in place, as CPUs can; it must not change until Destroy
}

type fromHostArgs struct {
	header
	client    uintptr
	data      *byte
	kind      int32
	_         int32
	dims      *int64
	numDims   uintptr
	strides   *int64
	nStrides  uintptr
	semantics int32
	_         int32
	device    uintptr
	memory    uintptr
	layout    unsafe.Pointer
	done      uintptr
	buffer    uintptr
}

const (
	immutableOnlyDuringCall = 0
	immutableZeroCopy       = 2
)

var fromHostPool = sync.Pool{New: func() any { return new(fromHostArgs) }}

// FromHostInto is FromHost into b, whose previous array is destroyed. It does not allocate Go memory.
func (c *Client) FromHostInto(b *Buffer, data []byte, h HostData) error {
	const op = "Client_BufferFromHostBuffer"
	if n, err := byteCount(op, h.Type, h.Dims); err != nil {
		return err
	} else if n != int64(len(data)) {
		return errorf(op, InvalidArgument, "got %d bytes; want %d for %v of %v", len(data), n, h.Dims, h.Type)
	}
	if err := c.acquire(op); err != nil {
		return err
	}
	a := fromHostPool.Get().(*fromHostArgs)
	defer fromHostPool.Put(a)
	*a = fromHostArgs{client: c.handle, data: bytesPtr(data), kind: int32(h.Type), dims: unsafe.SliceData(h.Dims),
		numDims: uintptr(len(h.Dims)), device: h.Device.handle}
	a.size = unsafe.Sizeof(*a)
	if h.Device.handle == 0 {
		a.device = c.Devices[0].handle
	}
	if h.ZeroCopy {
		a.semantics = immutableZeroCopy
	}
	err := c.Plugin.call(fnBufferFromHostBuffer, unsafe.Pointer(a))
	runtime.KeepAlive(data)
	done, handle := a.done, a.buffer
	a.data, a.dims = nil, nil
	if err != nil {
		c.release()
		return err
	}
	if !h.ZeroCopy {
		c.Plugin.on(fnEventDestroy, done)
		b.replace(c, handle)
		return nil
	}
	b.replace(c, handle)
	b.host, b.done = data, done
	return nil
}

// replace makes b the owner of handle, for which the caller holds a reference to c.
func (b *Buffer) replace(c *Client, handle uintptr) {
	b.Destroy()
	b.client = c
	b.handle.Store(handle)
}

// Destroy frees the array. With ZeroCopy it waits until no execution reads the host data.
func (b *Buffer) Destroy() error {
	h := b.handle.Swap(0)
	if h == 0 {
		return nil
	}
	p := b.client.Plugin
	err := p.on(fnBufferDestroy, h)
	if b.done != 0 {
		p.on(fnEventAwait, b.done)
		p.on(fnEventDestroy, b.done)
		runtime.KeepAlive(b.host)
		b.host, b.done = nil, 0
	}
	if e := b.client.release(); err == nil {
		err = e
	}
	return err
}

// Empty reports whether b holds no array: it is new, destroyed, or an output of a failed execution.
func (b *Buffer) Empty() bool { return b.handle.Load() == 0 }

func (b *Buffer) live(op string) (uintptr, error) {
	h := b.handle.Load()
	if h == 0 {
		return 0, errorf(op, FailedPrecondition, "the buffer is destroyed")
	}
	return h, nil
}
