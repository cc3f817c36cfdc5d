package graph

import "fmt"

type (
	// Reduce combines the elements along each axis whose bit is set in Axes; reduced axes keep an
	// extent of 1. Fn is Add, Mul, Max, Min, And or Or. Sums of float32 are computed in a fixed
	// order, regardless of the number of threads.
	Reduce struct {
		Fn   Fn
		Axes uint32
	}
	// ArgReduce returns the index (int32) of the first largest (Fn Max) or smallest (Min) element
	// along Axis, which keeps an extent of 1. A NaN counts as the extreme.
	ArgReduce struct {
		Fn   Fn
		Axis int
	}
	// Cumulate combines each element with all before it along Axis, or after it if Reverse. Fn is
	// Add, Mul, Max or Min.
	Cumulate struct {
		Fn      Fn
		Axis    int
		Reverse bool
	}
	// ArgSort returns the indices (int32) that sort along Axis. The sort is stable; NaN sorts
	// last.
	ArgSort struct {
		Axis       int
		Descending bool
	}
)

// Has reports whether axis i is reduced.
func (o Reduce) Has(i int) bool { return o.Axes>>i&1 != 0 }

func (o Reduce) Infer(in []Type) []Type {
	s := in[0].Shape.Clone()
	if o.Axes>>len(s) != 0 {
		Errorf("reduce: an axis beyond rank %d of %v", len(s), in[0])
	}
	switch logical := o.Fn == And || o.Fn == Or; {
	case o.Fn != Add && o.Fn != Mul && o.Fn != Max && o.Fn != Min && !logical:
		Errorf("reduce: by %v", o.Fn)
	case logical != (in[0].DType == Bool):
		Errorf("reduce: %v of %v; cast it first", o.Fn, in[0].DType)
	}
	for i := range s {
		if o.Has(i) {
			if s[i] == 0 && (o.Fn == Max || o.Fn == Min) {
				Errorf("reduce: %v of no elements: axis %d of %v is empty", o.Fn, i, in[0])
			}
			s[i] = 1
		}
	}
	return []Type{{in[0].DType, s}}
}

func (o ArgReduce) Infer(in []Type) []Type {
	if o.Fn != Max && o.Fn != Min {
		Errorf("argreduce: by %v; want max or min", o.Fn)
	}
	s := axisOf("arg"+o.Fn.String(), o.Axis, in[0])
	if s[o.Axis] == 0 {
		Errorf("arg%v: axis %d of %v is empty", o.Fn, o.Axis, in[0])
	}
	s[o.Axis] = 1
	return []Type{{Int32, s}}
}

func (o Cumulate) Infer(in []Type) []Type {
	axisOf("cumulate", o.Axis, in[0])
	if o.Fn != Add && o.Fn != Mul && o.Fn != Max && o.Fn != Min {
		Errorf("cumulate: by %v", o.Fn)
	}
	if in[0].DType == Bool {
		Errorf("cumulate: %v of bool; cast it first", o.Fn)
	}
	return in[:1]
}

func (o ArgSort) Infer(in []Type) []Type {
	return []Type{{Int32, axisOf("argsort", o.Axis, in[0])}}
}

func axisOf(who string, axis int, t Type) Shape {
	if axis < 0 || axis >= len(t.Shape) {
		Errorf("%s: axis %d of %v", who, axis, t)
	}
	return t.Shape.Clone()
}

func (o Reduce) String() string    { return fmt.Sprintf("reduce_%v[axes=%b]", o.Fn, o.Axes) }
func (o ArgReduce) String() string { return fmt.Sprintf("arg%v[axis=%d]", o.Fn, o.Axis) }
func (o Cumulate) String() string  { return fmt.Sprintf("cum%v[axis=%d]", o.Fn, o.Axis) }
func (o ArgSort) String() string   { return fmt.Sprintf("argsort[axis=%d]", o.Axis) }
