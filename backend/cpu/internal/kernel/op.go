package kernel

// Op is an elementwise operation. Comparisons and logic take and give 1 for
// true and 0 for false (any non-zero input is true).
type Op uint8

// Operations of one operand.
const (
	Copy Op = iota
	Neg
	Abs
	Sign // -1, 0, 1; NaN stays
	Square
	Sqrt
	Rsqrt // 1/√x
	Recip // 1/x
	Floor
	Ceil
	Round     // half to even
	RoundBF16 // to bfloat16, half to even
	Not       // 1 where x is 0
	Exp
	Expm1
	Log
	Log1p
	Sin
	Cos
	Tanh
	Sigmoid // 1/(1+e⁻ˣ)
	Erf     // 2/√π ∫₀ˣ e^(−t²) dt
	Relu    // max(x, 0)
	Tan
	Asin
	Acos
	Atan
	Sinh
	Cosh
	Asinh
	Acosh
	Atanh
	endUnary
)

// Operations of two operands.
const (
	Add Op = endUnary + iota
	Sub
	Mul
	Div
	Max // NaN if either is
	Min // NaN if either is
	Pow
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	And
	Or
	Xor
	Atan2
	ReluGrad // (dy, x or y): dy where the second is > 0, else 0
	endBinary
)

// Operations of three operands.
const (
	Select Op = endBinary + iota // (c, a, b): a where c ≠ 0, else b
	MulAdd                       // a·b + c
	endTernary
)

// Arity returns the number of operands: 1, 2 or 3.
func (o Op) Arity() int {
	switch {
	case o < endUnary:
		return 1
	case o < endBinary:
		return 2
	}
	return 3
}
