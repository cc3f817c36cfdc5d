package main

import (
	"log"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// NEON's kernels are written once with the others: avo is given vectors of 128 bits,
// finds the registers and prints AVX, and what it printed is said again here for arm64,
// instruction by instruction. Vectors keep their numbers; V30 and V31 are between.

const scratch, scratch2 = 31, 30

// translateFile rewrites an assembly file that avo printed.
func translateFile(name string) {
	text, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, []byte(translate(string(text))), 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func translate(text string) string {
	var w arm64
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "// Requires:"):
		case strings.HasPrefix(line, "TEXT"):
			w.WriteString(strings.Replace(line, ", $8-", ", $0-", 1)) // avo's place for BP
		case strings.HasPrefix(line, "\t"):
			name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
			var args []string
			if rest = strings.TrimSpace(rest); rest != "" {
				args = strings.Split(rest, ", ")
			}
			w.instruction(name, args)
		default:
			w.WriteString(line)
		}
	}
	return w.String()
}

// instruction says one instruction of amd64; the last of the arguments is what it writes.
func (w *arm64) instruction(name string, args []string) {
	if name == "VZEROUPPER" {
		return
	}
	for _, group := range []map[string]func(w *arm64, args []string){scalarCode, vectorCode} {
		if code, ok := group[name]; ok {
			code(w, args)
			return
		}
	}
	log.Fatalf("gen: %s %v has no counterpart on arm64", name, args)
}

// vector is the number of a vector register, or −1.
func vector(arg string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(arg, "X"))
	if arg[0] != 'X' || err != nil {
		return -1
	}
	if n >= scratch2 {
		log.Fatalf("gen: a kernel needs %s, which is for the translation", arg)
	}
	return n
}

// source is the vector of an argument, which is loaded into to if it is memory.
func (w *arm64) source(arg string, to int) int {
	if n := vector(arg); n >= 0 {
		return n
	}
	base, disp := w.address(arg)
	w.op("FMOVQ %d(%s), F%d", disp, base, to)
	return to
}

var registers = []string{"AX", "CX", "DX", "BX", "SI", "DI", "BP", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"}

// general is an integer register, or an immediate number as it is.
func general(arg string) string {
	if i := slices.Index(registers, arg); i >= 0 {
		return "R" + strconv.Itoa(i)
	}
	if strings.HasPrefix(arg, "$") {
		n, err := strconv.ParseInt(arg[1:], 0, 64)
		if err == nil {
			return "$" + strconv.FormatInt(n, 10)
		}
	}
	log.Fatalf("gen: %s is no integer register", arg)
	return ""
}

// number is an immediate.
func number(arg string) int {
	n, err := strconv.ParseInt(strings.TrimPrefix(arg, "$"), 0, 64)
	if err != nil {
		log.Fatal(err)
	}
	return int(n)
}

var (
	memory    = regexp.MustCompile(`^(-?\d+)?\((\w+)\)(?:\((\w+)\*(\d)\))?$`)
	symbol    = regexp.MustCompile(`^(\w+<>)\+0\(SB\)$`)
	parameter = regexp.MustCompile(`^\w+\+\d+\(FP\)$`)
)

// address returns a register and a distance that make up a memory argument, by way of
// R16 if need be.
func (w *arm64) address(arg string) (base string, disp int) {
	if m := symbol.FindStringSubmatch(arg); m != nil {
		w.op("MOVD $%s(SB), R16", m[1])
		return "R16", 0
	}
	m := memory.FindStringSubmatch(arg)
	if m == nil {
		log.Fatalf("gen: %s is no memory", arg)
	}
	if m[1] != "" {
		disp = number(m[1])
	}
	base = general(m[2])
	if m[3] != "" {
		w.op("ADD %s<<%d, %s, R16", general(m[3]), strings.Index("1248", m[4]), base)
		base = "R16"
	}
	return base, disp
}

// place is address with the distance in R16 as well.
func (w *arm64) place(arg string) {
	if base, disp := w.address(arg); base != "R16" || disp != 0 {
		w.op("ADD $%d, %s, R16", disp, base)
	}
}

// load reads an integer from memory.
func (w *arm64) load(from, to string) {
	if !parameter.MatchString(from) {
		base, disp := w.address(from)
		from = strconv.Itoa(disp) + "(" + base + ")"
	}
	w.op("MOVD %s, %s", from, to)
}

// term is an integer register or number, or R17 with what memory holds.
func (w *arm64) term(arg string) string {
	if !strings.Contains(arg, "(") {
		return general(arg)
	}
	w.load(arg, "R17")
	return "R17"
}

// scalarCode says the instructions on integers, jumps among them. Flags are always
// set; the jumps read them at once.
var scalarCode = map[string]func(w *arm64, a []string){
	"RET": func(w *arm64, a []string) { w.op("RET") },
	"MOVQ": func(w *arm64, a []string) {
		if strings.Contains(a[0], "(") {
			w.load(a[0], general(a[1]))
		} else {
			w.op("MOVD %s, %s", general(a[0]), general(a[1]))
		}
	},
	"LEAQ": func(w *arm64, a []string) {
		w.place(a[0])
		w.op("MOVD R16, %s", general(a[1]))
	},
	"XORQ": func(w *arm64, a []string) {
		if a[0] != a[1] {
			log.Fatal("gen: XORQ is for zeros")
		}
		w.op("MOVD ZR, %s", general(a[1]))
	},
	"ADDQ": func(w *arm64, a []string) {
		if !parameter.MatchString(a[1]) {
			w.op("ADDS %s, %s", w.term(a[0]), general(a[1]))
			return
		}
		w.op("MOVD %s, R17", a[1])
		w.op("ADDS %s, R17", general(a[0]))
		w.op("MOVD R17, %s", a[1])
	},
	"SUBQ":  func(w *arm64, a []string) { w.op("SUBS %s, %s", w.term(a[0]), general(a[1])) },
	"IMULQ": func(w *arm64, a []string) { w.op("MUL %s, %s", general(a[0]), general(a[1])) },
	"INCQ":  func(w *arm64, a []string) { w.op("ADDS $1, %s", general(a[0])) },
	"DECQ": func(w *arm64, a []string) {
		if !parameter.MatchString(a[0]) {
			w.op("SUBS $1, %s", general(a[0]))
			return
		}
		w.op("MOVD %s, R17", a[0])
		w.op("SUBS $1, R17")
		w.op("MOVD R17, %s", a[0])
	},
	"NEGQ":  func(w *arm64, a []string) { w.op("NEG %s, %s", general(a[0]), general(a[0])) },
	"SHLQ":  func(w *arm64, a []string) { w.op("LSL %s, %s", general(a[0]), general(a[1])) },
	"SHRQ":  func(w *arm64, a []string) { w.op("LSR %s, %s", general(a[0]), general(a[1])) },
	"CMPQ":  func(w *arm64, a []string) { w.op("CMP %s, %s", general(a[1]), general(a[0])) },
	"TESTQ": testZero,
	"TESTL": testZero,
	"JMP":   func(w *arm64, a []string) { w.op("B %s", a[0]) },
	"JL":    jump("BLT"),
	"JLT":   jump("BLT"),
	"JLE":   jump("BLE"),
	"JGE":   jump("BGE"),
	"JCC":   jump("BHS"),
	"JZ":    jump("BEQ"),
	"JNE":   jump("BNE"),
	"JNZ":   jump("BNE"),
}

func jump(name string) func(w *arm64, a []string) {
	return func(w *arm64, a []string) { w.op("%s %s", name, a[0]) }
}

func testZero(w *arm64, a []string) {
	if a[0] != a[1] {
		log.Fatal("gen: TEST is for zero")
	}
	w.op("CMP $0, %s", general(a[0]))
}
