package stablehlo

import (
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/rhyton/rhyton/graph"
	"github.com/rhyton/rhyton/tensor"
)

// inlineBytes is the size of the largest literal that is inlined in the text.
const inlineBytes = 1024

// splat returns a constant with all elements equal to x.
func (e *emitter) splat(t typ, x float64) value {
	text := ""
	if t.size() > 0 {
		text = number(t.elem, x)
	}
	return e.op(t, "stablehlo.constant dense<%s> : %v", text, t)
}

func (e *emitter) zeros(t typ) value { return e.splat(t, 0) }

// number formats x. Numbers without a decimal form in MLIR are written as bits.
func number(elem string, x float64) string {
	switch elem {
	case "i1":
		return strconv.FormatBool(x != 0)
	case "f32", "f64":
		if math.IsNaN(x) || math.IsInf(float64(float32(x)), 0) && elem == "f32" || math.IsInf(x, 0) {
			return special(elem, x)
		}
		bits := 64
		if elem == "f32" {
			bits = 32
		}
		s := strconv.FormatFloat(x, 'e', -1, bits)
		if !strings.Contains(s, ".") { // MLIR requires a point: 1.0e+00
			s = strings.Replace(s, "e", ".0e", 1)
		}
		return s
	case "bf16":
		return fmt.Sprintf("0x%04X", bfloat16(float32(x)))
	case "f16":
		if math.IsNaN(x) || math.Abs(x) >= 65520 { // rounds to infinity
			return special(elem, x)
		}
		return number("f64", x)
	}
	return strconv.FormatInt(int64(x), 10)
}

func special(elem string, x float64) string {
	switch {
	case elem == "f64":
		return fmt.Sprintf("0x%016X", math.Float64bits(x))
	case elem == "f32":
		return fmt.Sprintf("0x%08X", math.Float32bits(float32(x)))
	case math.IsNaN(x):
		return "0x7E00"
	case x < 0:
		return "0xFC00"
	}
	return "0x7C00"
}

// bfloat16 rounds x to the nearest bfloat16, ties to even.
func bfloat16(x float32) uint16 {
	b := math.Float32bits(x)
	if x != x {
		return 0x7FC0
	}
	return uint16((b + 0x7FFF + b>>16&1) >> 16)
}

// literal returns a constant array: an argument if it is large, otherwise inlined bytes.
func (e *emitter) literal(t *tensor.Tensor, out typ) value {
	if v, ok := e.literals[t]; ok {
		return v
	}
	if d, ok := tensor.Data[bool](t); ok {
		words := make([]string, len(d))
		for i, b := range d {
			words[i] = strconv.FormatBool(b)
		}
		flat := e.op(typ{"i1", []int{len(d)}}, "stablehlo.constant dense<[%s]> : tensor<%dxi1>", strings.Join(words, ", "), len(d))
		return e.reshape(flat, out.dims)
	}
	return e.op(out, "stablehlo.constant dense<\"0x%s\"> : %v", strings.ToUpper(hex.EncodeToString(littleEndian(t))), out)
}

func littleEndian(t *tensor.Tensor) (b []byte) {
	word := func(x uint64, n int) {
		for range n {
			b = append(b, byte(x))
			x >>= 8
		}
	}
	switch d := t.Data().(type) {
	case []uint8:
		b = d
	case []int32:
		for _, x := range d {
			word(uint64(x), 4)
		}
	case []int64:
		for _, x := range d {
			word(uint64(x), 8)
		}
	case []uint16:
		for _, x := range d {
			word(uint64(x), 2)
		}
	case []float32:
		for _, x := range d {
			word(uint64(math.Float32bits(x)), 4)
		}
	case []float64:
		for _, x := range d {
			word(math.Float64bits(x), 8)
		}
	}
	return b
}

func (e *emitter) iota(t typ, axis int) value {
	if t.elem == "i1" {
		return e.convert(e.iota(t.of("i32"), axis), "i1")
	}
	return e.op(t, "stablehlo.iota dim = %d : %v", axis, t)
}

// identity returns the scalar identity of fn, the initial value of a reduction of t.
func (e *emitter) identity(fn graph.Fn, t typ) value {
	x := map[graph.Fn]float64{graph.Add: 0, graph.Or: 0, graph.Mul: 1, graph.And: 1}[fn]
	if fn == graph.Max || fn == graph.Min {
		return e.extreme(t.scalar(), fn == graph.Min)
	}
	return e.splat(t.scalar(), x)
}

// extreme returns the largest or smallest value of t's element type.
func (e *emitter) extreme(t typ, largest bool) value {
	if t.isFloat() {
		sign := -1
		if largest {
			sign = 1
		}
		return e.splat(t, math.Inf(sign))
	}
	ranges := map[string][2]string{"i1": {"false", "true"}, "ui8": {"0", "255"},
		"i32": {"-2147483648", "2147483647"}, "i64": {"-9223372036854775808", "9223372036854775807"}}
	text := ranges[t.elem][0]
	if largest {
		text = ranges[t.elem][1]
	}
	return e.op(t, "stablehlo.constant dense<%s> : %v", text, t)
}
