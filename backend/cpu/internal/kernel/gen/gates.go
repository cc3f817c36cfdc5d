package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// A gate is code for a function of a vector, in steps each of which waits for the one before:
// a processor that looks only some sixty instructions ahead is kept busy by several gates
// whose steps take turns.
type gate func(x vec) (y vec, steps []func())

// atOnce is y(x), y being one step.
func atOnce(y unary) gate {
	return func(x vec) (vec, []func()) { return y(x), nil }
}

// The functions of recurrent layers take most of the time of such a layer that its products
// do not, and need less than the elementary ones give: sigmoid is right within 10⁻⁷, not to
// the last bits where it is tiny. Both round x·log₂e once and have a polynomial (minimax on
// [−½, ½]) that is no better than the rest. Instruction sets that cannot split a number into
// its parts have the elementary functions.

// gateSigmoid is 1/(1 + 2^t), t = −x·log₂e.
func (c *consts) gateSigmoid() gate {
	s := c.s
	if !s.z {
		return atOnce(c.sigmoid())
	}
	scale, one := c.f(-math.Log2E), c.f(1)
	q := c.fs(0.0013264754849130346, 0.009671497991249162, 0.05550733462131245, 0.2402224240101724, 0.6931469780448622, 1)
	return func(x vec) (y vec, steps []func()) {
		t, f, p := s.vec(), s.vec(), s.vec()
		y = s.vec()
		steps = []func(){
			func() { VMULPS(scale, x, t) },
			func() { VREDUCEPS(Imm(nearest), t, f); VMOVUPS(q[0], p) },
			func() { VSUBPS(f, t, t) },
		}
		for _, o := range q[1:] {
			steps = append(steps, func() { VFMADD213PS(o, f, p) })
		}
		return y, append(steps,
			func() { VSCALEFPS(t, p, p) },
			func() { VADDPS(one, p, p) },
			func() { VDIVPS(p, s.reg(one), y) },
		)
	}
}

// gateTanh is −t/(t + 2), t = 2^a − 1 and a = −2|x|·log₂e, with the sign of x. It is as
// precise near 0 as elsewhere.
func (c *consts) gateTanh() gate {
	s := c.s
	if !s.z {
		return atOnce(c.tanh())
	}
	scale, one, two, sign := c.f(-2*math.Log2E), c.f(1), c.f(2), c.bits(1<<31)
	q := c.fs(0.00015403512367553545, 0.0013390735477607873, 0.009618237494907015, 0.0555035743364266, 0.24022649794962264, 0.693147187926693)
	return func(x vec) (y vec, steps []func()) {
		bit, a, f, p, t := s.vec(), s.vec(), s.vec(), s.vec(), s.vec()
		y = s.vec()
		steps = []func(){
			func() { VANDPS(sign, x, bit) },
			func() { VXORPS(bit, x, a); VXORPS(sign, bit, bit) },
			func() { VMULPS(scale, a, a) },
			func() { VREDUCEPS(Imm(nearest), a, f); VMOVUPS(q[0], p) },
			func() { VSUBPS(f, a, a) },
		}
		for _, o := range q[1:] {
			steps = append(steps, func() { VFMADD213PS(o, f, p) })
		}
		return y, append(steps,
			func() { VMULPS(f, p, p); VSCALEFPS(a, s.reg(one), a) },
			func() { VSUBPS(one, a, t) },
			func() { VFMADD231PS(p, a, t) },
			func() { VADDPS(two, t, a); VXORPS(bit, t, t) },
			func() { VDIVPS(a, t, y) },
		)
	}
}

// take lets gates take turns.
func take(gates ...[]func()) {
	for i, more := 0, true; more; i++ {
		more = false
		for _, steps := range gates {
			if i < len(steps) {
				steps[i]()
				more = true
			}
		}
	}
}

// fs are constants.
func (c *consts) fs(xs ...float64) (q []Op) {
	for _, x := range xs {
		q = append(q, c.f(x))
	}
	return q
}
