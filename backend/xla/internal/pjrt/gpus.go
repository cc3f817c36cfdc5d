package pjrt

import (
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"
)

// GPUs returns the number of GPUs visible to this process, according to the driver for the plugin,
// CUDA or ROCm depending on the plugin's name. ok is false if there is no driver.
func GPUs(plugin string) (n int, ok bool) {
	library, start, count := "libcuda.so.1", "cuInit", "cuDeviceGetCount"
	if strings.Contains(plugin, "rocm") {
		library, start, count = "libamdhip64.so", "hipInit", "hipGetDeviceCount"
	}
	begin, err := open(library, start)
	if err != nil {
		return 0, false
	}
	ask, err := open(library, count)
	if err != nil {
		return 0, false
	}
	got := new(int32)
	if r, _, _ := purego.SyscallN(begin, 0); int32(r) != 0 {
		return 0, false
	}
	if r, _, _ := purego.SyscallN(ask, uintptr(unsafe.Pointer(got))); int32(r) != 0 {
		return 0, false
	}
	return int(*got), true
}
