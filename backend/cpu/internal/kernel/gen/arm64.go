package main

import (
	"fmt"
	"strings"
)

// arm64 is assembly text for arm64. What Go's assembler has no name for is written as
// a word of machine code with the name beside it.
type arm64 struct{ strings.Builder }

// op writes an instruction of Go's assembler.
func (w *arm64) op(format string, a ...any) { fmt.Fprintf(w, "\t"+format+"\n", a...) }

// label writes a label.
func (w *arm64) label(name string) { fmt.Fprintf(w, "\n%s:\n", name) }

// Vector instructions over four floats or two longs by their names in Arm's manual:
// the machine code with all register numbers 0.
var (
	threeVectors = map[string]uint32{
		"FADD": 0x4e20d400, "FSUB": 0x4ea0d400, "FMUL": 0x6e20dc00, "FDIV": 0x6e20fc00, "FMAX": 0x4e20f400, "FMIN": 0x4ea0f400,
		"FCMEQ": 0x4e20e400, "FCMGE": 0x6e20e400, "FCMGT": 0x6ea0e400, "UMULL": 0x2ea0c000,
		"FMLA.S0": 0x4f801000, // by lane 0 of the last
	}
	twoVectors = map[string]uint32{
		"FSQRT": 0x6ea1f800, "FRINTN": 0x4e218800, "FRINTM": 0x4e219800, "FRINTP": 0x4ea18800, "FRINTZ": 0x4ea19800,
		"FCVTNS": 0x4e21a800, "SCVTF": 0x4e21d800, "FCMGT0": 0x4ea0c800, "NOT": 0x6e205800, "XTN": 0x0ea12800, "UMAXV": 0x6eb0a800,
	}
)

// three writes d = n op m.
func (w *arm64) three(name string, d, n, m int) {
	code, ok := threeVectors[name]
	if !ok {
		panic("gen: no code of " + name)
	}
	w.op("WORD $%#08x // %s V%d, V%d, V%d", code|uint32(m)<<16|uint32(n)<<5|uint32(d), name, d, n, m)
}

// two writes d = op n.
func (w *arm64) two(name string, d, n int) {
	code, ok := twoVectors[name]
	if !ok {
		panic("gen: no code of " + name)
	}
	w.op("WORD $%#08x // %s V%d, V%d", code|uint32(n)<<5|uint32(d), name, d, n)
}

// rightSigned writes d = n >> bits in four signed words.
func (w *arm64) rightSigned(bits, d, n int) {
	w.op("WORD $%#08x // SSHR V%d, V%d, #%d", 0x4f000400|uint32(64-bits)<<16|uint32(n)<<5|uint32(d), d, n, bits)
}
