package graph

import (
	"fmt"
	"slices"
)

type (
	// Broadcast repeats elements along axes of extent 1; the rank stays the same.
	Broadcast struct{ To Dims }
	// Reshape returns the same elements in row-major order with another shape.
	Reshape struct{ To Dims }
	// Transpose permutes the axes: axis i of the result is axis Perm[i] of the operand.
	Transpose struct{ Perm Dims }
	// Slice selects the elements Start, Start+Step, … below Stop along each axis; Step is
	// positive.
	Slice struct{ Start, Stop, Step Dims }
	// Pad adds Low and High elements of Value before and after each axis, and Interior
	// ones between every two elements. None is negative.
	Pad struct {
		Low, High, Interior Dims
		Value               float64
	}
	// Concat joins operands along Axis.
	Concat struct{ Axis int }
	// Reverse reverses each axis whose bit is set.
	Reverse struct{ Axes uint32 }
)

func (o Broadcast) Infer(in []Type) []Type {
	s := in[0].Shape
	ok := len(s) == o.To.Rank
	for i := 0; ok && i < len(s); i++ {
		ok = s[i] == o.To.At[i] || s[i] == 1
	}
	if !ok {
		Errorf("broadcast: %v does not expand to %v", s, o.To)
	}
	return []Type{{in[0].DType, o.To.Shape()}}
}

func (o Reshape) Infer(in []Type) []Type {
	to := o.To.Shape()
	if err := to.Check(); err != nil {
		Errorf("reshape: %v", err)
	}
	if to.Size() != in[0].Shape.Size() {
		Errorf("reshape: %v has %d elements, %v has %d", in[0].Shape, in[0].Shape.Size(), to, to.Size())
	}
	return []Type{{in[0].DType, to}}
}

func (o Transpose) Infer(in []Type) []Type {
	s := in[0].Shape
	perm := o.Perm.Shape()
	sorted := slices.Sorted(slices.Values(perm))
	out := make(Shape, len(s))
	for i, a := range sorted {
		if a != i || len(sorted) != len(s) {
			Errorf("transpose: %v is not a permutation of the %d axes", perm, len(s))
		}
		out[i] = s[perm[i]]
	}
	return []Type{{in[0].DType, out}}
}

func (o Slice) Infer(in []Type) []Type {
	s := in[0].Shape
	if o.Start.Rank != len(s) || o.Stop.Rank != len(s) || o.Step.Rank != len(s) {
		Errorf("slice: bounds for %d axes, the value %v has %d", o.Start.Rank, s, len(s))
	}
	out := make(Shape, len(s))
	for i, d := range s {
		lo, hi, st := o.Start.At[i], o.Stop.At[i], o.Step.At[i]
		if lo < 0 || hi > d || lo > hi || st < 1 {
			Errorf("slice: [%d:%d:%d] of axis %d, whose extent is %d", lo, hi, st, i, d)
		}
		out[i] = (hi - lo + st - 1) / st
	}
	return []Type{{in[0].DType, out}}
}

func (o Pad) Infer(in []Type) []Type {
	s := in[0].Shape
	if o.Low.Rank != len(s) || o.High.Rank != len(s) || o.Interior.Rank != len(s) {
		Errorf("pad: amounts for %d axes, the value %v has %d", o.Low.Rank, s, len(s))
	}
	out := make(Shape, len(s))
	for i, d := range s {
		lo, hi, mid := o.Low.At[i], o.High.At[i], o.Interior.At[i]
		if lo < 0 || hi < 0 || mid < 0 {
			Errorf("pad: negative amount at axis %d", i)
		}
		out[i] = lo + d + max(d-1, 0)*mid + hi
	}
	return []Type{{in[0].DType, out}}
}

func (o Concat) Infer(in []Type) []Type {
	if len(in) == 0 {
		Errorf("concat: of nothing")
	}
	s := in[0].Shape.Clone()
	if o.Axis < 0 || o.Axis >= len(s) {
		Errorf("concat: axis %d of values of rank %d", o.Axis, len(s))
	}
	for _, t := range in[1:] {
		u := t.Shape.Clone()
		if len(u) == len(s) {
			u[o.Axis] = s[o.Axis]
		}
		if !u.Equal(s) || t.DType != in[0].DType {
			Errorf("concat: %v and %v differ outside axis %d", in[0], t, o.Axis)
		}
	}
	for _, t := range in[1:] {
		s[o.Axis] += t.Shape[o.Axis]
	}
	return []Type{{in[0].DType, s}}
}

func (o Reverse) Infer(in []Type) []Type {
	if o.Axes>>len(in[0].Shape) != 0 {
		Errorf("reverse: an axis beyond rank %d", len(in[0].Shape))
	}
	return in[:1]
}

func (o Broadcast) String() string { return "broadcast" }
func (o Reshape) String() string   { return "reshape" }
func (o Transpose) String() string { return fmt.Sprintf("transpose%v", o.Perm) }
func (o Slice) String() string     { return fmt.Sprintf("slice[%v:%v:%v]", o.Start, o.Stop, o.Step) }
func (o Pad) String() string       { return fmt.Sprintf("pad[%v %v %v]", o.Low, o.High, o.Interior) }
func (o Concat) String() string    { return fmt.Sprintf("concat[axis=%d]", o.Axis) }
func (o Reverse) String() string   { return fmt.Sprintf("reverse[%b]", o.Axes) }
