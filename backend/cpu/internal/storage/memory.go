package storage

import (
	"unsafe"

	"github.com/rhyton/rhyton/tensor"
)

// CacheLine is what memory is aligned to: a line of the cache and a vector of AVX-512.
const CacheLine = 64

// Aligned returns n zeroed bytes aligned to a cache line. Large blocks ask for huge pages,
// which spare the processor looking up an address every 4 kB.
func Aligned(n int) unsafe.Pointer {
	line := CacheLine
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

// Bytes is the n bytes from p on.
func Bytes(p unsafe.Pointer, n int) []byte { return unsafe.Slice((*byte)(p), n) }

// Address is the address of t's first element.
func Address(t *tensor.Tensor) unsafe.Pointer {
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
