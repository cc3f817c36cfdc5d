//go:build !windows

package pjrt

import "github.com/ebitengine/purego"

// open returns the address of symbol in the library at path, which stays open.
func open(path, symbol string) (uintptr, error) {
	lib, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL)
	if err != nil {
		return 0, err
	}
	return purego.Dlsym(lib, symbol)
}
