package kernel

import "syscall"

// permitAMX asks Linux to let this process use the tiles, which it saves at a switch of
// threads only for those who asked.
func permitAMX() bool {
	const (
		requestPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
		tileData          = 18
	)
	_, _, failed := syscall.RawSyscall(syscall.SYS_ARCH_PRCTL, requestPermission, tileData, 0)
	return failed == 0
}
