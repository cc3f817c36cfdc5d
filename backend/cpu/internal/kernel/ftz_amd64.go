package kernel

// flushDenormals is FTZ | DAZ of MXCSR.
const flushDenormals = 0x8040

//go:noescape
func floatControl() uint32

//go:noescape
func setFloatControl(v uint32)

// pause spins n PAUSE instructions.
//
//go:noescape
func pause(n uint64)
