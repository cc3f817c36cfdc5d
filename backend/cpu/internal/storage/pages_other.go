//go:build !linux

package storage

const pageBytes = CacheLine

func adviseLarge([]byte) {}
