#include "textflag.h"

// func floatControl() uint32
TEXT ·floatControl(SB), NOSPLIT, $0-4
	MOVD FPCR, R0
	MOVW R0, ret+0(FP)
	RET

// func setFloatControl(v uint32)
TEXT ·setFloatControl(SB), NOSPLIT, $0-4
	MOVWU v+0(FP), R0
	MOVD  R0, FPCR
	RET

// func pause(n uint64)
TEXT ·pause(SB), NOSPLIT, $0-8
	MOVD n+0(FP), R0

loop:
	YIELD
	SUB  $1, R0
	CBNZ R0, loop
	RET
