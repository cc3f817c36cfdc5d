package graph

import (
	"fmt"

	"github.com/rhyton/rhyton/tensor"
)

// Input is a value passed to each run: number Index of Graph.Inputs. In the body of a Scan under
// construction, a negative Index represents a captured value.
type Input struct {
	Index int
	DType DType
	Dims  Dims
}

// Read is a variable's value at the start of the run.
type Read struct{ Var *Variable }

// Const has Value in every element.
type Const struct {
	DType DType
	Value float64
	Dims  Dims
}

// Literal is a constant array, identified by its pointer.
type Literal struct{ Tensor *tensor.Tensor }

// Iota counts 0, 1, 2, … along Axis and is constant along the others.
type Iota struct {
	DType DType
	Axis  int
	Dims  Dims
}

// Distribution is what a Random draws from.
type Distribution uint8

const (
	Uniform Distribution = iota // in [0, 1): 24 random bits · 2⁻²⁴ (float64: 53 bits · 2⁻⁵³)
	Normal                      // mean 0, variance 1, by Box–Muller; see internal/philox
)

// Random draws from a counter-based generator, Philox4x32-10: element i depends on the run's
// seed, Stream and i alone, so all devices and any number of threads draw the same numbers. It is
// not allowed in the body of a Scan: draw outside and pass the values in.
type Random struct {
	Dist   Distribution
	Stream uint64
	DType  DType
	Dims   Dims
	Again  bool // the same numbers, drawn again instead of being kept; see Graph.Remat
}

// Result selects one result of a tuple.
type Result struct{ Index int }

func (o Input) Infer([]Type) []Type   { return []Type{{o.DType, o.Dims.Shape()}} }
func (o Read) Infer([]Type) []Type    { return []Type{o.Var.Type} }
func (o Const) Infer([]Type) []Type   { return []Type{{o.DType, o.Dims.Shape()}} }
func (o Literal) Infer([]Type) []Type { return []Type{{o.Tensor.DType(), o.Tensor.Shape()}} }

func (o Iota) Infer([]Type) []Type {
	if o.Axis < 0 || o.Axis >= o.Dims.Rank {
		Errorf("iota: axis %d of a value of rank %d", o.Axis, o.Dims.Rank)
	}
	if o.DType == Bool {
		Errorf("iota: bool is not supported; cast the result")
	}
	return []Type{{o.DType, o.Dims.Shape()}}
}

func (o Random) Infer([]Type) []Type {
	if o.DType != Float32 && o.DType != Float64 {
		Errorf("random: cannot draw %v; draw float32 and cast", o.DType)
	}
	return []Type{{o.DType, o.Dims.Shape()}}
}

func (o Result) Infer(in []Type) []Type {
	if o.Index < 0 || o.Index >= len(in) {
		Errorf("result %d of a tuple of %d", o.Index, len(in))
	}
	return []Type{in[o.Index]}
}

func (o Input) String() string   { return fmt.Sprintf("input[%d]", o.Index) }
func (o Read) String() string    { return "read " + o.Var.Path }
func (o Const) String() string   { return fmt.Sprint("const ", o.Value) }
func (o Literal) String() string { return "literal" }
func (o Iota) String() string    { return fmt.Sprintf("iota[axis=%d]", o.Axis) }
func (o Result) String() string  { return fmt.Sprintf("result[%d]", o.Index) }
func (o Random) String() string {
	again := ""
	if o.Again {
		again = " again"
	}
	return fmt.Sprintf("%s[stream=%d%s]", [...]string{"uniform", "normal"}[o.Dist], o.Stream, again)
}
