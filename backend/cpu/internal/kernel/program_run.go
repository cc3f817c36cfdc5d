package kernel

type programPlan struct {
	ready bool
	regs  [][]float32 // per thread: Regs blocks, one per spread input, three for scalars
	cost  float64     // nanoseconds per element
	part  func(part, thread int)
}

// programGrain is the elements of one part of a threaded run.
const programGrain = 8 * programBlock

// programSerial is the estimated nanoseconds below which one thread is faster:
// handing over costs about 0.4 µs, and a sleeping worker 40.
const programSerial = 6000

// Run computes the outputs on the pool's threads.
func (q *Program) Run(p *Pool) {
	if t := &q.plan; !t.ready {
		t.part = func(part, thread int) {
			lo := part * programGrain
			q.span(lo, min(lo+programGrain, q.N), thread)
		}
		t.cost = q.cost()
		t.ready = true
	}
	for len(q.plan.regs) < p.Threads() {
		q.plan.regs = append(q.plan.regs, alignedFloats((q.Regs+len(q.Inputs)+3)*programBlock))
	}
	if q.plan.cost*float64(q.N) < programSerial {
		q.span(0, q.N, 0)
		return
	}
	p.Run((q.N+programGrain-1)/programGrain, q.plan.part)
}

// cost estimates the nanoseconds per element.
func (q *Program) cost() (ns float64) {
	for _, c := range q.Code {
		switch op := c.Op; {
		case op >= Tan && op < endUnary || op == Pow || op == Mod || op == Atan2:
			ns += 10
		case op >= Exp && op < endUnary && op != Relu || op >= SiluGrad && op < endBinary:
			ns += 0.4
		default:
			ns += 0.06
		}
	}
	return ns
}

// span computes elements [lo, hi) on one thread.
func (q *Program) span(lo, hi, thread int) {
	for ; lo < hi; lo += programBlock {
		q.block(lo, min(lo+programBlock, hi), q.plan.regs[thread])
	}
}

func (q *Program) block(lo, hi int, regs []float32) {
	for i, in := range q.Inputs {
		if in.Kind > Scalar && !in.flat(lo, hi) {
			in.spread(regs[(q.Regs+i)*programBlock:][:hi-lo], q.In[i], lo)
		}
	}
	for i := range q.Code {
		q.exec(&q.Code[i], lo, hi, regs)
	}
}

func (q *Program) exec(c *Instr, lo, hi int, regs []float32) {
	dst := q.vector(c.Dst, lo, hi, regs)
	a, as := q.operand(c.Args[0], lo, hi, regs)
	switch c.Op.Arity() {
	case 1:
		if a == nil {
			Fill(dst, as)
			a = dst
		}
		Unary(c.Op, dst, a)
	case 2:
		b, bs := q.operand(c.Args[1], lo, hi, regs)
		switch {
		case a != nil && b != nil:
			Binary(c.Op, dst, a, b)
		case a != nil:
			BinaryVS(c.Op, dst, a, bs)
		case b != nil:
			BinarySV(c.Op, dst, as, b)
		default:
			Fill(dst, as)
			BinaryVS(c.Op, dst, dst, bs)
		}
	case 3:
		b, bs := q.operand(c.Args[1], lo, hi, regs)
		z, zs := q.operand(c.Args[2], lo, hi, regs)
		scalars := regs[(q.Regs+len(q.Inputs))*programBlock:]
		a, b, z = filled(a, as, dst, scalars), filled(b, bs, dst, scalars[programBlock:]), filled(z, zs, dst, scalars[2*programBlock:])
		Ternary(c.Op, dst, a, b, z)
	}
}

// filled is v or, where v is nil, as much of block as dst is long, full of s.
func filled(v []float32, s float32, dst, block []float32) []float32 {
	if v == nil {
		v = block[:len(dst)]
		Fill(v, s)
	}
	return v
}

// operand returns the block of a vector operand, or nil and the value of a
// scalar one.
func (q *Program) operand(r Ref, lo, hi int, regs []float32) ([]float32, float32) {
	if r.Space == constSpace {
		return nil, q.Consts[r.Index]
	}
	if r.Space == inSpace && q.Inputs[r.Index].Kind == Scalar {
		return nil, q.In[r.Index][0]
	}
	return q.vector(r, lo, hi, regs), 0
}

func (q *Program) vector(r Ref, lo, hi int, regs []float32) []float32 {
	i := int(r.Index)
	switch r.Space {
	case outSpace:
		return q.Out[i][lo:hi]
	case inSpace:
		if in := q.Inputs[i]; in.Kind == Full {
			return q.In[i][lo:hi]
		} else if in.flat(lo, hi) {
			return q.In[i][in.place(lo):][:hi-lo]
		}
		i += q.Regs
	}
	return regs[i*programBlock:][:hi-lo]
}

// flat tells whether elements [lo, hi) of a repeated or strided row lie side by side.
func (in Input) flat(lo, hi int) bool {
	return (in.Kind == Row || in.Kind == Strided || in.Kind == Repeated) && lo%in.Period+hi-lo <= in.Period
}

// place is where element i of a repeated or strided row lies.
func (in Input) place(i int) int {
	switch in.Kind {
	case Row:
		return i % in.Period
	case Repeated:
		return i/in.Inner*in.Period + i%in.Period
	}
	return i/in.Period*in.Inner + i%in.Period
}

// spread writes the elements [lo, lo+len(dst)) of a repeated input.
func (in Input) spread(dst, src []float32, lo int) {
	switch in.Kind {
	case Row:
		at := lo % in.Period
		n := copy(dst, src[at:in.Period])
		n += copy(dst[n:], src[:at])
		for n < len(dst) { // a period is there: double it
			n += copy(dst[n:], dst[:n])
		}
	case Col:
		spreadMiddle(dst, src, lo, in.Period, len(src))
	case Middle:
		spreadMiddle(dst, src, lo, in.Inner, in.Period)
	case Strided, Repeated:
		for len(dst) > 0 {
			n := min(len(dst), in.Period-lo%in.Period)
			copy(dst[:n], src[in.place(lo):])
			dst, lo = dst[n:], lo+n
		}
	}
}

// spreadMiddle writes src[(i/inner) % period] for i from lo on.
func spreadMiddle(dst, src []float32, lo, inner, period int) {
	at := lo / inner % period
	for left := inner - lo%inner; len(dst) > 0; left = inner {
		n := min(left, len(dst))
		Fill(dst[:n], src[at])
		dst = dst[n:]
		if at++; at == period {
			at = 0
		}
	}
}
