package kernel

import (
	"runtime"

	"golang.org/x/sys/cpu"
)

// amxState are the bits of XCR0 that say that the system saves AMX's registers.
const amxState = 1<<17 | 1<<18

// haveAMX reports whether the machine has AMX with bfloat16 and lets this process use it.
func haveAMX() bool {
	x := &cpu.X86
	return x.HasOSXSAVE && x.HasAMXTile && x.HasAMXBF16 && extendedState()&amxState == amxState && permitAMX()
}

// amd reports whether the maker is AMD.
func amd() bool { return cpuVendor() == 0x444d4163 } // "cAMD", the end of AuthenticAMD

// amxConfig is the shape of the tiles: palette 1, each 16 rows of 64 bytes.
var amxConfig = func() *[64]byte {
	c := new([64]byte)
	c[0] = 1
	for i := range 8 {
		c[16+2*i], c[48+i] = 64, 16
	}
	return c
}()

// enterAMX configures the thread's tiles, which hold until leaveAMX: the goroutine stays on
// the thread.
func enterAMX() {
	runtime.LockOSThread()
	amxConfigure(amxConfig)
}

func leaveAMX() {
	amxRelease()
	runtime.UnlockOSThread()
}
