package kernel

// Precision is what a product's operands are rounded to. Sums are float32 always. Where the
// level has no instructions for it, and where rounding would cost more than it gains, the
// product is one of float32.
type Precision uint8

// The precisions.
const (
	Single Precision = iota // float32 as they are
	Short                   // bfloat16, 8 bits
	// Triple is high·high + high·low + low·high, with an operand's high its bfloat16 and low
	// the bfloat16 of the remainder: 16 bits. An infinite operand gives NaN.
	Triple
)

// String is the precision's name, "" for Single.
func (p Precision) String() string { return [...]string{"", "bf16", "bf16x3"}[p] }

// products is how many products of bfloat16 it takes.
func (p Precision) products() int {
	if p == Triple {
		return 3
	}
	return 1
}

// Fast reports whether products of p are several times as fast as those of float32, not
// twice or less.
func (p Precision) Fast() bool { return p == Short && paired != nil && paired.amx }

// pairGain is the rows and columns, harmonically m·n/(m+n), from which on packing pairs is
// less than what they save.
const pairGain = 16

// pairs reports whether g is done with pairs of bfloat16.
func (g *Gemm) pairs() bool {
	if paired == nil || tiled == nil || g.K == 0 || g.Packed != nil || g.Precision == Single {
		return false
	}
	if g.Precision == Triple && !paired.amx && !tripleAnywhere {
		return false // float32 is faster
	}
	return g.M*g.N >= pairGain*(g.M+g.N)
}

// tripleAnywhere is for tests: AMX is rare.
var tripleAnywhere = false
