package kernel

type programPlan struct {
	ready bool
	regs  [][]float32 // per thread: Regs blocks and one block per spread input
	part  func(part, thread int)
}

// programGrain is the elements of one part of a threaded run.
const programGrain = 8 * programBlock

// Run computes the outputs on the pool's threads.
func (q *Program) Run(p *Pool) {
	if t := &q.plan; !t.ready {
		t.part = func(part, thread int) {
			lo := part * programGrain
			q.span(lo, min(lo+programGrain, q.N), thread)
		}
		t.ready = true
	}
	for len(q.plan.regs) < p.Threads() {
		q.plan.regs = append(q.plan.regs, alignedFloats((q.Regs+len(q.Inputs))*programBlock))
	}
	p.Run((q.N+programGrain-1)/programGrain, q.plan.part)
}

// span computes elements [lo, hi) on one thread.
func (q *Program) span(lo, hi, thread int) {
	for ; lo < hi; lo += programBlock {
		q.block(lo, min(lo+programBlock, hi), q.plan.regs[thread])
	}
}

func (q *Program) block(lo, hi int, regs []float32) {
	for i, in := range q.Inputs {
		if in.Kind > Scalar {
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
		var fill [3][]float32
		for i, v := range [3][]float32{a, b, z} {
			fill[i] = q.filled(v, [3]float32{as, bs, zs}[i], hi-lo)
		}
		Ternary(c.Op, dst, fill[0], fill[1], fill[2])
	}
}

// filled is v, or a new vector of s if v is nil.
func (q *Program) filled(v []float32, s float32, n int) []float32 {
	if v != nil {
		return v
	}
	v = make([]float32, n)
	Fill(v, s)
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
		if q.Inputs[i].Kind == Full {
			return q.In[i][lo:hi]
		}
		i += q.Regs
	}
	return regs[i*programBlock:][:hi-lo]
}

// spread writes the elements [lo, lo+len(dst)) of a repeated input.
func (in Input) spread(dst, src []float32, lo int) {
	switch in.Kind {
	case Row:
		for at := lo % in.Period; len(dst) > 0; at = 0 {
			n := copy(dst, src[at:in.Period])
			dst = dst[n:]
		}
	case Col:
		in.Inner, in.Kind = in.Period, Middle
		spreadMiddle(dst, src, lo, in.Inner, len(src))
	case Middle:
		spreadMiddle(dst, src, lo, in.Inner, in.Period)
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
