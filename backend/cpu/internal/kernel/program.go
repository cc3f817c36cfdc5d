package kernel

// Program is a fused chain of elementwise operations: it reads its inputs once,
// keeps what lies between in blocks that stay in the L1 cache, and writes its
// outputs once.
//
// Example: y = sigmoid(x + bias) with bias along the last axis of length 10:
//
//	Program{
//		Inputs:  []Input{{}, {Kind: Row, Period: 10}},
//		Code:    []Instr{{Op: Add, Dst: Out(0), Args: [3]Ref{In(0), In(1)}}, {Op: Sigmoid, Dst: Out(0), Args: [3]Ref{Out(0)}}},
//	}
type Program struct {
	N      int // elements of every output
	Inputs []Input
	Consts []float32
	Code   []Instr
	Regs   int   // number of scratch registers Reg(0) … Reg(Regs-1)
	Bools  []int // registers of numbers 0 and 1 that are outputs too, as bytes
	Sums   Sums

	// The arrays; may be changed between runs. An input of Bytes lies in InBytes, and nil in In.
	In, Out           [][]float32
	InBytes, OutBytes [][]uint8

	plan programPlan
}

// InputKind says how an input is spread over the N elements.
type InputKind uint8

// The ways of spreading.
const (
	Full     InputKind = iota // element i is in[i]
	Scalar                    // element i is in[0]
	Row                       // element i is in[i % Period]
	Col                       // element i is in[i / Period]
	Middle                    // element i is in[(i / Inner) % Period]
	Repeated                  // element i is in[i / Inner · Period + i % Period]: blocks of Inner elements repeat a row
	Strided                   // element i is in[i / Period · Inner + i % Period]: rows that lie Inner apart
	Bytes                     // element i is the byte in[i]
)

// Input describes one input.
type Input struct {
	Kind          InputKind
	Period, Inner int
}

// Ref names an operand or a destination of an instruction.
type Ref struct {
	Space refSpace
	Index uint8
}

type refSpace uint8

const (
	regSpace refSpace = iota
	inSpace
	outSpace
	constSpace
)

// Reg is scratch register i.
func Reg(i int) Ref { return Ref{regSpace, uint8(i)} }

// In is input i.
func In(i int) Ref { return Ref{inSpace, uint8(i)} }

// Out is output i; it may be read after it was written.
func Out(i int) Ref { return Ref{outSpace, uint8(i)} }

// Const is constant i.
func Const(i int) Ref { return Ref{constSpace, uint8(i)} }

// Instr is one operation over a block. Dst is a register or an output; an
// output that is written must not share memory with an input that is read
// later, except element for element.
type Instr struct {
	Op   Op
	Dst  Ref
	Args [3]Ref
}

// programBlock is the elements done at a time: 4 KiB per register, so that half
// a dozen fit in a 32 KiB L1 cache.
const programBlock = 1024
