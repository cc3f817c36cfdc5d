package kernel

// flushDenormals is FZ of FPCR.
const flushDenormals = 1 << 24

//go:noescape
func floatControl() uint32

//go:noescape
func setFloatControl(v uint32)

// pause spins n YIELD instructions.
//
//go:noescape
func pause(n uint64)
