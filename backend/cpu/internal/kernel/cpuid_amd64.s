#include "textflag.h"

// func extendedState() uint32
TEXT ·extendedState(SB), NOSPLIT, $0-4
	XORL CX, CX
	XGETBV
	MOVL AX, ret+0(FP)
	RET

// func cpuVendor() uint32
TEXT ·cpuVendor(SB), NOSPLIT, $0-4
	XORL AX, AX
	XORL CX, CX
	CPUID
	MOVL CX, ret+0(FP)
	RET
