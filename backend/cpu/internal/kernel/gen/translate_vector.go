package main

import (
	"log"
	"strings"
)

// vectorCode says the instructions on vectors. Their first argument may be memory.
var vectorCode = map[string]func(w *arm64, a []string){
	"VADDPS": arithmetic("FADD"), "VSUBPS": arithmetic("FSUB"), "VMULPS": arithmetic("FMUL"), "VDIVPS": arithmetic("FDIV"),
	"VMAXPS": arithmetic("FMAX"), "VMINPS": arithmetic("FMIN"), // NaN if either is, where AVX gives the second
	"VANDPS": native("VAND", "B16"), "VORPS": native("VORR", "B16"), "VXORPS": native("VEOR", "B16"),
	"VPADDD": native("VADD", "S4"), "VPSUBD": native("VSUB", "S4"), "VPADDQ": native("VADD", "D2"),
	"VUNPCKLPS": native("VZIP1", "S4"), "VUNPCKHPS": native("VZIP2", "S4"),
	"VUNPCKLPD": native("VZIP1", "D2"), "VUNPCKHPD": native("VZIP2", "D2"),
	"VPUNPCKLQDQ": native("VZIP1", "D2"), "VPUNPCKHQDQ": native("VZIP2", "D2"),
	"VFMADD231PS": native("VFMLA", "S4"), "VFNMADD231PS": native("VFMLS", "S4"),
	"VPSLLD": shift("VSHL", "S4"), "VPSRLD": shift("VUSHR", "S4"), "VPSLLQ": shift("VSHL", "D2"), "VPSRLQ": shift("VUSHR", "D2"),
	"VPSRAD":    func(w *arm64, a []string) { w.rightSigned(number(a[0]), vector(a[2]), vector(a[1])) },
	"VSQRTPS":   func(w *arm64, a []string) { w.two("FSQRT", vector(a[1]), w.source(a[0], scratch)) },
	"VCVTPS2DQ": func(w *arm64, a []string) { w.two("FCVTNS", vector(a[1]), w.source(a[0], scratch)) },
	"VCVTDQ2PS": func(w *arm64, a []string) { w.two("SCVTF", vector(a[1]), w.source(a[0], scratch)) },
	"VROUNDPS": func(w *arm64, a []string) {
		name := map[int]string{nearest: "FRINTN", floor: "FRINTM", ceil: "FRINTP"}[number(a[0])]
		w.two(name, vector(a[2]), w.source(a[1], scratch))
	},
	"VMOVUPS": move,
	"VMOVAPS": move,
	"VMOVSS": func(w *arm64, a []string) {
		b, disp := w.address(a[1])
		w.op("FMOVS F%d, %d(%s)", vector(a[0]), disp, b)
	},
	"VBROADCASTSS": broadcast("FMOVS", "S"),
	"VPBROADCASTQ": broadcast("FMOVD", "D"),
	"VMASKMOVPS":   maskedMove,
	"VCMPPS":       compareCode,
	"VBLENDVPS":    blend,
	"VPERMILPS": func(w *arm64, a []string) {
		switch from, to := vector(a[1]), vector(a[2]); number(a[0]) {
		case 0x4e: // the halves change places
			w.op("VEXT $8, V%d.B16, V%d.B16, V%d.B16", from, from, to)
		case 0xb1: // the neighbours do
			w.op("VREV64 V%d.S4, V%d.S4", from, to)
		default:
			log.Fatal("gen: VPERMILPS ", a)
		}
	},
	"VPMULUDQ": func(w *arm64, a []string) {
		w.two("XTN", scratch, w.source(a[0], scratch))
		w.two("XTN", scratch2, vector(a[1]))
		w.three("UMULL", vector(a[2]), scratch2, scratch)
	},
	"VMOVMSKPS": func(w *arm64, a []string) { // not the bits, but zero where they are
		w.two("UMAXV", scratch, vector(a[0]))
		w.op("VMOV V%d.S[0], %s", scratch, general(a[1]))
	},
}

func arithmetic(name string) func(w *arm64, a []string) {
	return func(w *arm64, a []string) { w.three(name, vector(a[2]), vector(a[1]), w.source(a[0], scratch)) }
}

// native is an instruction that Go's assembler knows.
func native(name, shape string) func(w *arm64, a []string) {
	return func(w *arm64, a []string) {
		w.op("%s V%d.%s, V%d.%s, V%d.%s", name, w.source(a[0], scratch), shape, vector(a[1]), shape, vector(a[2]), shape)
	}
}

func shift(name, shape string) func(w *arm64, a []string) {
	return func(w *arm64, a []string) {
		w.op("%s $%d, V%d.%s, V%d.%s", name, number(a[0]), vector(a[1]), shape, vector(a[2]), shape)
	}
}

func move(w *arm64, a []string) {
	from, to := vector(a[0]), vector(a[1])
	switch {
	case to < 0:
		base, disp := w.address(a[1])
		w.op("FMOVQ F%d, %d(%s)", from, disp, base)
	case from < 0:
		w.source(a[0], to)
	case from != to:
		w.copy(from, to)
	}
}

func (w *arm64) copy(from, to int) { w.op("VMOV V%d.B16, V%d.B16", from, to) }

// broadcast puts a number into all lanes.
func broadcast(load, lane string) func(w *arm64, a []string) {
	return func(w *arm64, a []string) {
		from := a[0]
		if !parameter.MatchString(from) {
			w.place(from)
			from = "(R16)"
		}
		to := vector(a[1])
		w.op("%s %s, F%d", load, from, to)
		w.op("VDUP V%d.%s[0], V%d.%s%d", to, lane, to, lane, map[string]int{"S": 4, "D": 2}[lane])
	}
}

// maskedMove loads or stores the first lanes, as many as the mask has.
func maskedMove(w *arm64, a []string) {
	mask := vector(a[1])
	if !strings.HasSuffix(a[2], ")") {
		to := vector(a[2])
		w.place(a[0])
		loaded := to
		if to == mask {
			loaded = scratch
		}
		w.partial(mask, "FMOVQ (R16), F%d", "FMOVS (R16), F%d", "VLD1 (R16), V%d.S[%d]", loaded)
		if to == mask {
			w.copy(scratch, to)
		}
		return
	}
	w.place(a[2])
	w.partial(mask, "FMOVQ F%d, (R16)", "FMOVS F%d, (R16)", "VST1 V%d.S[%d], (R16)", vector(a[0]))
}

// partial moves v whole or lane by lane at R16.
func (w *arm64) partial(mask int, whole, first, lane string, v int) {
	skip := func(i, instructions int) {
		w.op("VMOV V%d.S[%d], R17", mask, i)
		w.op("CBZ R17, %d(PC)", instructions+1)
	}
	skip(3, 2)
	w.op(whole, v)
	w.op("JMP 10(PC)")
	w.op(first, v)
	skip(1, 6)
	w.op("ADD $4, R16")
	w.op(lane, v, 1)
	skip(2, 2)
	w.op("ADD $4, R16")
	w.op(lane, v, 2)
}

// compareCode makes lanes of ones where a[2] pred a[1].
func compareCode(w *arm64, a []string) {
	x, y, to := vector(a[2]), w.source(a[1], scratch), vector(a[3])
	pred := number(a[0])
	if (pred == unord || pred == ord) && x != y {
		log.Fatal("gen: NaN is asked for of one vector alone")
	}
	switch pred {
	case eq, ne, unord, ord:
		w.three("FCMEQ", to, x, y)
	case ge:
		w.three("FCMGE", to, x, y)
	case gt:
		w.three("FCMGT", to, x, y)
	case le:
		w.three("FCMGE", to, y, x)
	case lt, nlt:
		w.three("FCMGT", to, y, x)
	default:
		log.Fatal("gen: VCMPPS ", a)
	}
	if pred == ne || pred == unord || pred == nlt {
		w.two("NOT", to, to)
	}
}

// blend is yes where the mask is ones, else no.
func blend(w *arm64, a []string) {
	mask, yes, no, to := vector(a[0]), w.source(a[1], scratch), vector(a[2]), vector(a[3])
	switch to {
	case no:
		w.op("VBIT V%d.B16, V%d.B16, V%d.B16", mask, yes, no)
	case yes:
		w.op("VBIF V%d.B16, V%d.B16, V%d.B16", mask, no, yes)
	default:
		if to != mask {
			w.copy(mask, to)
		}
		w.op("VBSL V%d.B16, V%d.B16, V%d.B16", no, yes, to)
	}
}
