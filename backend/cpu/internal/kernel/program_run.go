package kernel

// programPlan is what the first run finds out.
type programPlan struct {
	ready   bool
	cost    float64 // nanoseconds per element
	part    func(part, thread int)
	pool    *ThreadPool // of this run
	calls   []call
	filled  []int // places of numbers that calls take as vectors: a block each
	apart   int   // floats from block to block
	places  int
	inputs  int // place of the first input
	outputs int // of the first output
	numbers int // of the first constant
	blocks  int // of the first of filled
}

// A call is an instruction whose operands are places in a table of addresses: the
// registers', the inputs', the outputs', the constants' and the filled blocks'.
type call struct {
	op         Op
	form       callForm
	dst        int
	a, b, rest int
}

type callForm uint8

const (
	ofOne    callForm = iota
	ofTwo             // vectors
	ofNumber          // a vector and a number
	toNumber          // a number and a vector
	ofPower           // a vector to the power of a number that the run knows
	ofThree
)

// programGrain is the elements of one part of a threaded run.
const programGrain = 8 * programBlock

// programSerial is the estimated nanoseconds below which one thread is faster:
// handing over costs about 0.4 µs, and a sleeping worker 40.
const programSerial = 6000

// Run computes the outputs on the pool's threads.
func (q *Program) Run(p *ThreadPool) {
	t := &q.plan
	if !t.ready {
		q.prepare()
	}
	if len(q.Sums.Of) > 0 {
		q.runSums(p)
		return
	}
	if t.cost*float64(q.N) < programSerial {
		q.span(0, q.N, p.scratch[0])
		return
	}
	t.pool = p
	p.Run((q.N+programGrain-1)/programGrain, t.part)
}

func (q *Program) prepare() {
	t := &q.plan
	t.part = func(part, thread int) {
		lo := part * programGrain
		q.span(lo, min(lo+programGrain, q.N), t.pool.scratch[thread])
	}
	t.cost = q.cost()
	t.inputs = q.Regs
	t.outputs = t.inputs + len(q.Inputs)
	t.numbers = t.outputs + len(q.Out)
	t.blocks = t.numbers + len(q.Consts)
	for _, c := range q.Code {
		t.calls = append(t.calls, q.resolve(c))
	}
	t.places = t.blocks + len(t.filled)
	if len(q.Sums.Of) > 0 {
		q.prepareSums()
	}
	t.apart = min(roundTo(q.N, 16), programBlock) + 32 // not a multiple of 4 KiB: a load waits for a store that far off
	t.ready = true
}

// resolve finds the operands of an instruction. Numbers stay numbers where the operation
// has a kernel for that.
func (q *Program) resolve(i Instr) call {
	c := call{op: i.Op, dst: q.place(i.Dst), a: q.place(i.Args[0]), b: q.place(i.Args[1])}
	switch i.Op.Arity() {
	case 1:
		c.form, c.a = ofOne, q.vector(i.Args[0])
	case 2:
		c.form = ofTwo
		if q.scalar(i.Args[1]) {
			c.form, c.a = ofNumber, q.vector(i.Args[0])
			if i.Op == Pow {
				c.form = ofPower
			}
		} else if q.scalar(i.Args[0]) {
			c.form = toNumber
		}
	case 3:
		c.form, c.a, c.b, c.rest = ofThree, q.vector(i.Args[0]), q.vector(i.Args[1]), q.vector(i.Args[2])
	}
	return c
}

func (q *Program) place(r Ref) int {
	t, i := &q.plan, int(r.Index)
	switch r.Space {
	case inSpace:
		return t.inputs + i
	case outSpace:
		return t.outputs + i
	case constSpace:
		return t.numbers + i
	}
	return i
}

// scalar reports whether r is one number.
func (q *Program) scalar(r Ref) bool {
	return r.Space == constSpace || r.Space == inSpace && q.Inputs[r.Index].Kind == Scalar
}

// vector is the place of r, of a block filled with it if it is a number.
func (q *Program) vector(r Ref) int {
	t, at := &q.plan, q.place(r)
	if !q.scalar(r) {
		return at
	}
	for i, f := range t.filled {
		if f == at {
			return t.blocks + i
		}
	}
	t.filled = append(t.filled, at)
	return t.blocks + len(t.filled) - 1
}

// cost estimates the nanoseconds per element.
func (q *Program) cost() (ns float64) {
	for _, c := range q.Code {
		switch op := c.Op; {
		case op >= Tan && op < endUnary || op == Pow || op == Atan2:
			ns += 10
		case op >= Exp && op < endUnary && op != Relu:
			ns += 0.4
		default:
			ns += 0.06
		}
	}
	return ns + 0.06*float64(len(q.Sums.Of))
}

// span computes elements [lo, hi) on the thread that s belongs to.
func (q *Program) span(lo, hi int, s *scratch) {
	at := q.bindFixed(s, min(hi-lo, programBlock))
	for ; lo < hi; lo += programBlock {
		q.block(at, lo, min(hi-lo, programBlock), s)
	}
}

// bindFixed returns the addresses of operands with those that are the same for all blocks, of
// up to n elements.
func (q *Program) bindFixed(s *scratch, n int) []*float32 {
	t := &q.plan
	s.regs = grow(s.regs, (q.Regs+len(q.Inputs)+len(t.filled))*t.apart)
	if len(s.places) < t.places {
		s.places = make([]*float32, t.places)
	}
	at := s.places[:t.places]
	for i := range q.Regs {
		at[i] = &s.regs[i*t.apart]
	}
	for i := range q.Consts {
		at[t.numbers+i] = &q.Consts[i]
	}
	for i, in := range q.Inputs {
		if in.Kind == Scalar {
			at[t.inputs+i] = &q.In[i][0]
		}
	}
	for i, f := range t.filled {
		block := s.regs[(t.outputs+i)*t.apart:][:n]
		Fill(block, *at[f])
		at[t.blocks+i] = &block[0]
	}
	return at
}

// block computes the n elements from lo on, no more than programBlock.
func (q *Program) block(at []*float32, lo, n int, s *scratch) {
	t := &q.plan
	q.bind(at, lo, n, s.regs[q.Regs*t.apart:])
	for i := range t.calls {
		t.calls[i].do(at, n)
	}
	for i, r := range q.Bools {
		ToBools(q.OutBytes[i][lo:lo+n], s.regs[r*t.apart:][:n])
	}
}

// bind puts the addresses of the n elements from lo on of inputs and outputs into at; repeated
// inputs that do not lie side by side are written out in blocks.
func (q *Program) bind(at []*float32, lo, n int, blocks []float32) {
	t := &q.plan
	for i := range q.Inputs {
		in, x := &q.Inputs[i], q.In[i]
		switch {
		case in.Kind == Full:
			at[t.inputs+i] = &x[lo : lo+n][0]
		case in.Kind == Scalar:
		case in.flat(lo, lo+n):
			at[t.inputs+i] = &x[in.place(lo):][:n][0]
		default:
			block := blocks[i*t.apart:][:n]
			if in.Kind == Bytes {
				FromBytes(block, q.InBytes[i][lo:lo+n])
			} else {
				in.spread(block, x, lo)
			}
			at[t.inputs+i] = &block[0]
		}
	}
	for i, x := range q.Out {
		at[t.outputs+i] = &x[lo : lo+n][0]
	}
}

// do computes n elements.
func (c *call) do(at []*float32, n int) {
	dst, a := at[c.dst], at[c.a]
	switch c.form {
	case ofOne:
		table.unary[c.op](dst, a, n)
	case ofTwo:
		table.binary[c.op](dst, a, at[c.b], n)
	case ofNumber:
		table.binaryVS[c.op](dst, a, *at[c.b], n)
	case toNumber:
		table.binarySV[c.op](dst, at[c.b], *a, n)
	case ofPower:
		BinaryVS(Pow, slice(dst, n), slice(a, n), *at[c.b])
	case ofThree:
		table.ternary[c.op](dst, a, at[c.b], at[c.rest], n)
	}
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
		spreadRow(dst, src[:in.Period], lo%in.Period)
	case Col:
		spreadMiddle(dst, src, lo, in.Period, len(src))
	case Middle:
		spreadMiddle(dst, src, lo, in.Inner, in.Period)
	case Repeated:
		for len(dst) > 0 {
			n := min(len(dst), in.Inner-lo%in.Inner)
			spreadRow(dst[:n], src[lo/in.Inner*in.Period:][:in.Period], lo%in.Period)
			dst, lo = dst[n:], lo+n
		}
	case Strided:
		for len(dst) > 0 {
			n := min(len(dst), in.Period-lo%in.Period)
			copy(dst[:n], src[in.place(lo):])
			dst, lo = dst[n:], lo+n
		}
	}
}

// spreadRow writes row over and over, beginning at its element at.
func spreadRow(dst, row []float32, at int) {
	n := copy(dst, row[at:])
	n += copy(dst[n:], row[:at])
	for n < len(dst) { // a period is there: double it
		n += copy(dst[n:], dst[:n])
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
