//go:build !linux

package cpu

const pageBytes = cacheLine

func adviseLarge([]byte) {}
