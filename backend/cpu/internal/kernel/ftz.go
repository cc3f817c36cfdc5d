package kernel

import "runtime"

// floatMode is a thread's floating-point mode to go back to.
type floatMode struct {
	old     uint32
	entered bool
}

// EnterFTZ ties the goroutine to its thread and makes the thread take and give
// zero for denormal numbers. Leave restores the mode and unties.
func EnterFTZ() floatMode {
	runtime.LockOSThread()
	old := floatControl()
	setFloatControl(old | flushDenormals)
	return floatMode{old, true}
}

// Leave ends what EnterFTZ began.
func (m floatMode) Leave() {
	if m.entered {
		setFloatControl(m.old)
		runtime.UnlockOSThread()
	}
}
