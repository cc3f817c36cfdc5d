package pjrt

import "syscall"

// open returns the address of symbol in the library at path, which stays open.
func open(path, symbol string) (uintptr, error) {
	lib, err := syscall.LoadLibrary(path)
	if err != nil {
		return 0, err
	}
	return syscall.GetProcAddress(lib, symbol)
}
