//go:build amd64 && !linux

package kernel

func permitAMX() bool { return false }
