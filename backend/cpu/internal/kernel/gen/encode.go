package main

import (
	bytes32 "encoding/binary"
	"fmt"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/ir"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/reg"
)

// Go's assembler knows no bfloat16 and no matrix tiles. Their instructions go through avo
// like all others and are then written as the bytes that they are, with their names in a
// comment (Intel SDM vol. 2; the manual's line beside each).

// opcode is an instruction that Go's assembler lacks: map 0F38, W0.
type opcode struct {
	pp  byte // prefix: 0 none, 1 66, 2 F3, 3 F2
	op  byte
	vex bool // VEX.128, tiles; else EVEX.512

}

var opcodes = map[string]opcode{
	"VDPBF16PS":      {pp: 2, op: 0x52},            // EVEX.512.F3.0F38.W0 52 /r
	"VCVTNE2PS2BF16": {pp: 3, op: 0x72},            // EVEX.512.F2.0F38.W0 72 /r
	"LDTILECFG":      {pp: 0, op: 0x49, vex: true}, // VEX.128.NP.0F38.W0 49 !(11):000:bbb
	"TILERELEASE":    {pp: 0, op: 0x49, vex: true}, // VEX.128.NP.0F38.W0 49 11:000:000
	"TILEZERO":       {pp: 3, op: 0x49, vex: true}, // VEX.128.F2.0F38.W0 49 11:rrr:000
	"TILELOADD":      {pp: 3, op: 0x4b, vex: true}, // VEX.128.F2.0F38.W0 4B !(11):rrr:100
	"TILESTORED":     {pp: 2, op: 0x4b, vex: true}, // VEX.128.F3.0F38.W0 4B !(11):rrr:100
	"TDPBF16PS":      {pp: 2, op: 0x5c, vex: true}, // VEX.128.F3.0F38.W0 5C 11:rrr:bbb
}

// init has avo's last pass encode them.
func init() { pass.Compile = pass.Concat(pass.Compile, pass.InstructionPass(encoded)) }

// VDPBF16PS adds to the 16 floats acc the products of the pairs of bfloat16 a and b; with
// "BCST" b is one pair in memory.
func VDPBF16PS(b, a, acc Op, suffix ...string) {
	Instruction(&ir.Instruction{Opcode: "VDPBF16PS", Suffixes: suffix, Operands: []Op{b, a, acc}, Inputs: []Op{b, a, acc}, Outputs: []Op{acc},
		ISA: []string{"AVX512_BF16"}})
}

// VCVTNE2PS2BF16 rounds the floats low and high to the lower and upper half of v.
func VCVTNE2PS2BF16(low, high, v Op) {
	Instruction(&ir.Instruction{Opcode: "VCVTNE2PS2BF16", Operands: []Op{low, high, v}, Inputs: []Op{low, high}, Outputs: []Op{v},
		ISA: []string{"AVX512_BF16"}})
}

func amx(name string, ops ...Op) {
	isa := "AMX-TILE"
	if name == "TDPBF16PS" {
		isa = "AMX-BF16"
	}
	Instruction(&ir.Instruction{Opcode: name, Operands: ops, Inputs: ops, ISA: []string{isa}})
}

// Tiles are numbers, 0 to 7.
func LDTILECFG(m Mem)           { amx("LDTILECFG", m) }
func TILERELEASE()              { amx("TILERELEASE") }
func TILEZERO(t U8)             { amx("TILEZERO", t) }
func TILELOADD(m Mem, t U8)     { amx("TILELOADD", m, t) }
func TILESTORED(t U8, m Mem)    { amx("TILESTORED", t, m) }
func TDPBF16PS(b, a, acc U8)    { amx("TDPBF16PS", b, a, acc) }
func place(o Op) (n byte)       { return byte(registerOf(o)) }
func bit(n byte, i int) byte    { return n >> i & 1 }
func inverted(n byte) byte      { return ^n & 1 }
func isMemory(o Op) (Mem, bool) { m, ok := o.(Mem); return m, ok }

func registerOf(o Op) int {
	switch o := o.(type) {
	case U8:
		return int(o)
	case reg.Register:
		if p := reg.ToPhysical(o); p != nil {
			return int(p.PhysicalIndex())
		}
	}
	panic(fmt.Sprintf("encode: %v is no register", o.Asm()))
}

// encoded replaces an instruction by its bytes.
func encoded(i *ir.Instruction) error {
	o, ok := opcodes[i.Opcode]
	if !ok {
		return nil
	}
	text := []string{}
	for _, x := range i.Operands {
		s := x.Asm()
		if t, ok := x.(U8); ok {
			s = fmt.Sprintf("TMM%d", t)
		}
		text = append(text, s)
	}
	name := i.OpcodeWithSuffixes() + " " + strings.Join(text, ", ")
	i.Opcode = directives(o.bytes(i)) + " // " + strings.TrimSpace(name)
	i.Operands, i.Suffixes = nil, nil
	return nil
}

// bytes encodes i.
func (o opcode) bytes(i *ir.Instruction) []byte {
	r, v, rm := o.operands(i)
	modrm, x, b := modRM(r, rm)
	rHigh, vHigh := bit(r, 4), bit(v, 4)
	if o.vex {
		p0 := inverted(bit(r, 3))<<7 | inverted(x)<<6 | inverted(b)<<5 | 2
		p1 := ^v&15<<3 | o.pp
		return append([]byte{0xc4, p0, p1, o.op}, modrm...)
	}
	p0 := inverted(bit(r, 3))<<7 | inverted(x)<<6 | inverted(b)<<5 | inverted(rHigh)<<4 | 2
	p1 := ^v&15<<3 | 4 | o.pp
	p2 := byte(2<<5) | inverted(vHigh)<<3
	if slices.Contains(i.Suffixes, "BCST") {
		p2 |= 1 << 4
	}
	return append([]byte{0x62, p0, p1, p2, o.op}, modrm...)
}

// operands sorts i's into ModRM.reg, vvvv and ModRM.rm.
func (o opcode) operands(i *ir.Instruction) (r, v byte, rm Op) {
	switch x := i.Operands; i.Opcode {
	case "LDTILECFG":
		return 0, 0, x[0]
	case "TILERELEASE":
		return 0, 0, U8(0)
	case "TILEZERO":
		return place(x[0]), 0, U8(0)
	case "TILELOADD":
		return place(x[1]), 0, x[0]
	case "TILESTORED":
		return place(x[0]), 0, x[1]
	case "TDPBF16PS":
		return place(x[2]), place(x[0]), x[1]
	default:
		return place(x[2]), place(x[1]), x[0]
	}
}

// modRM is ModRM with what follows, and the bits of its operand that go into the prefix.
func modRM(r byte, rm Op) (code []byte, x, b byte) {
	m, ok := isMemory(rm)
	if !ok {
		n := place(rm)
		return []byte{0xc0 | r&7<<3 | n&7}, bit(n, 4), bit(n, 3)
	}
	base, mod := place(m.Base), byte(2) // a displacement of 32 bits has no scale in EVEX
	if m.Disp == 0 && base&7 != 5 {
		mod = 0
	}
	b = bit(base, 3)
	if m.Index == nil && base&7 != 4 {
		code = []byte{mod<<6 | r&7<<3 | base&7}
	} else {
		index, scale := byte(4), 0
		if m.Index != nil {
			index, scale = place(m.Index), slices.Index([]uint8{1, 2, 4, 8}, m.Scale)
		}
		x = bit(index, 3)
		code = []byte{mod<<6 | r&7<<3 | 4, byte(scale)<<6 | index&7<<3 | base&7}
	}
	if mod == 2 {
		code = bytes32.LittleEndian.AppendUint32(code, uint32(int32(m.Disp)))
	}
	return code, x, b
}

// directives writes bytes for the assembler.
func directives(b []byte) string {
	var s []string
	for ; len(b) >= 4; b = b[4:] {
		s = append(s, fmt.Sprintf("LONG $0x%08x", bytes32.LittleEndian.Uint32(b)))
	}
	for _, x := range b {
		s = append(s, fmt.Sprintf("BYTE $0x%02x", x))
	}
	return strings.Join(s, "; ")
}
