//go:build !amd64 && !arm64

package kernel

const flushDenormals = 0

func floatControl() uint32     { return 0 }
func setFloatControl(v uint32) {}
func pause(n uint64)           {}
