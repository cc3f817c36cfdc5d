package main

import (
	"encoding/hex"
	"testing"

	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// The bytes are those of the GNU assembler 2.40, but that a displacement takes 32 bits here.
func TestInstructionsAreEncodedAsByGNU(t *testing.T) {
	for _, row := range []struct {
		name string
		ops  []Op
		want string
	}{
		{"VDPBF16PS", []Op{reg.Z1, reg.Z2, reg.Z3}, "62f26e4852d9"},
		{"VDPBF16PS", []Op{reg.Z17, reg.Z26, reg.Z30}, "62222e4052f1"},
		{"VDPBF16PS", []Op{Mem{Base: reg.RAX, Index: reg.RBX, Scale: 4, Disp: 0x1234}, reg.Z2, reg.Z3}, "62f26e48529c9834120000"},
		{"VDPBF16PS.BCST", []Op{Mem{Base: reg.R13, Index: reg.R12, Scale: 8}, reg.Z2, reg.Z31}, "62026e5852bce500000000"},
		{"VDPBF16PS.BCST", []Op{Mem{Base: reg.R8}, reg.Z9, reg.Z3}, "62d236585218"},
		{"VCVTNE2PS2BF16", []Op{reg.Z1, reg.Z2, reg.Z3}, "62f26f4872d9"},
		{"VCVTNE2PS2BF16", []Op{reg.Z30, reg.Z20, reg.Z10}, "62125f4072d6"},
		{"LDTILECFG", []Op{Mem{Base: reg.RAX}}, "c4e2784900"},
		{"LDTILECFG", []Op{Mem{Base: reg.R15, Disp: 0x40}}, "c4c278498740000000"},
		{"TILERELEASE", nil, "c4e27849c0"},
		{"TILEZERO", []Op{U8(3)}, "c4e27b49d8"},
		{"TILELOADD", []Op{Mem{Base: reg.RAX, Index: reg.RBX, Scale: 1, Disp: 0x400}, U8(4)}, "c4e27b4ba41800040000"},
		{"TILELOADD", []Op{Mem{Base: reg.R9, Index: reg.R10, Scale: 1}, U8(7)}, "c4827b4b3c11"},
		{"TILESTORED", []Op{U8(2), Mem{Base: reg.RDI, Index: reg.RSI, Scale: 1}}, "c4e27a4b1437"},
		{"TDPBF16PS", []Op{U8(6), U8(4), U8(0)}, "c4e24a5cc4"},
		{"TDPBF16PS", []Op{U8(7), U8(5), U8(3)}, "c4e2425cdd"},
	} {
		i := &ir.Instruction{Opcode: row.name, Operands: row.ops}
		if len(row.name) > 9 && row.name[9] == '.' {
			i.Opcode, i.Suffixes = row.name[:9], []string{"BCST"}
		}
		if got := hex.EncodeToString(opcodes[i.Opcode].bytes(i)); got != row.want {
			t.Errorf("%s: %s, want %s", row.name, got, row.want)
		}
	}
}
