package pjrt

import (
	"slices"
	"unsafe"
)

// FromHost creates a buffer from dense, row-major data. Without ZeroCopy, data may change as soon as
// it returns.
func (c *Client) FromHost(data []byte, h HostData) (*Buffer, error) {
	b := &Buffer{}
	if err := c.FromHostInto(b, data, h); err != nil {
		return nil, err
	}
	return b, nil
}

// Type returns the array's element type.
func (b *Buffer) Type() (ElementType, error) {
	h, err := b.live("Buffer_ElementType")
	if err != nil {
		return 0, err
	}
	t, err := b.client.Plugin.word(fnBufferElementType, h, intOutSize)
	return ElementType(int32(t)), err
}

// Dims returns the array's shape.
func (b *Buffer) Dims() ([]int64, error) {
	h, err := b.live("Buffer_Dimensions")
	if err != nil {
		return nil, err
	}
	a := &struct {
		header
		buffer uintptr
		dims   *int64
		n      uintptr
	}{buffer: h}
	a.size = unsafe.Sizeof(*a)
	if err := b.client.Plugin.call(fnBufferDimensions, unsafe.Pointer(a)); err != nil {
		return nil, err
	}
	return slices.Clone(unsafe.Slice(a.dims, a.n)), nil
}

// DeviceSize returns the size of the array on the device in bytes.
func (b *Buffer) DeviceSize() (int, error) {
	h, err := b.live("Buffer_OnDeviceSizeInBytes")
	if err != nil {
		return 0, err
	}
	n, err := b.client.Plugin.scalar(fnBufferOnDeviceSize, h)
	return int(n), err
}
