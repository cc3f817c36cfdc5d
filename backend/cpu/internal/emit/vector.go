package emit

import (
	"slices"

	"github.com/rhyton/rhyton/backend/cpu/internal/kernel"
	"github.com/rhyton/rhyton/backend/cpu/internal/plan"
	"github.com/rhyton/rhyton/graph"
)

// A vector is the vector program of a unit under construction.
type vector struct {
	s    *scope
	u    *unit
	size int
	prog *kernel.Program

	inputs  []plan.Value // of prog.Inputs
	ins     []*plan.Ref
	outputs []plan.Value
	outs    []*plan.Ref
	bools   []plan.Value // outputs of prog.Bools
	bytes   []*plan.Ref
	totals  []plan.Value // of prog.Sums
	sums    []*plan.Ref
	at      map[*graph.Node]kernel.Ref
	consts  map[float64]int

	free []int // registers
}

// emitUnit emits the program of u.
func (s *scope) emitUnit(u *unit) {
	u.emitted = true
	n := u.first()
	b := &vector{s: s, u: u, size: n.Shape.Size(), at: map[*graph.Node]kernel.Ref{}, consts: map[float64]int{}}
	b.prog = &kernel.Program{N: b.size}
	left := b.readers()
	lastRead := map[int]int{} // of inputs
	wrote := []int{}          // of outputs
	for k, n := range u.nodes {
		op, _ := kernelOp(n.Op)
		in := kernel.Instr{Op: op}
		for i, x := range n.In {
			in.Args[i] = b.operand(unwrapped(x), n.Shape)
		}
		for i := range n.In {
			if j, ok := inputIndex(in.Args[i]); ok {
				lastRead[j] = k
			}
		}
		for _, x := range n.In {
			b.release(unwrapped(x), left)
		}
		in.Dst = b.target(n, left)
		if len(b.outputs) > len(wrote) {
			wrote = append(wrote, k)
		}
		b.prog.Code = append(b.prog.Code, in)
	}
	b.sumsOf()
	b.emit(lastRead, wrote)
}

// readers counts, for each node of the unit, the operands inside the unit it is.
func (b *vector) readers() map[*graph.Node]int {
	left := map[*graph.Node]int{}
	for _, n := range b.u.nodes {
		for _, x := range n.In {
			if x = unwrapped(x); b.s.units[x.ID] == b.u {
				left[x]++
			}
		}
	}
	for _, n := range b.u.sums {
		left[unwrapped(n.In[0])]++ // to the end
	}
	return left
}

// outside reports whether anything but the unit reads n, directly or by another name.
func (s *scope) outside(n *graph.Node, u *unit) bool {
	inside := 0
	for _, m := range s.users[n.ID] {
		_, stop := m.Op.(graph.StopGradient)
		if s.units[m.ID] == u && !stop || s.sums[m] == u || stop && !s.outside(m, u) {
			inside++
		}
	}
	return inside < s.uses[n.ID]
}

// operand returns where the program finds x, spread to shape.
func (b *vector) operand(x *graph.Node, shape graph.Shape) kernel.Ref {
	if r, ok := b.at[x]; ok {
		return r
	}
	v := b.s.value(x)
	if v.Known {
		return b.constant(v)
	}
	v, in := b.s.c.input(v)
	r := kernel.In(len(b.inputs))
	b.inputs = append(b.inputs, v)
	b.prog.Inputs = append(b.prog.Inputs, in)
	b.ins = append(b.ins, b.s.c.Span(v))
	b.at[x] = r
	return r
}

func (b *vector) constant(v plan.Value) kernel.Ref {
	x := v.Number
	if v.DType == graph.Bool {
		x = float64(truth(x != 0))
	}
	k, ok := b.consts[x]
	if !ok {
		k = len(b.prog.Consts)
		b.consts[x] = k
		b.prog.Consts = append(b.prog.Consts, float32(x))
	}
	return kernel.Const(k)
}

// input returns v, copied if need be, and how a program reads it.
func (c *compiler) input(v plan.Value) (plan.Value, kernel.Input) {
	if v.DType == graph.Bool {
		if v.Dense() {
			return v, kernel.Input{Kind: kernel.Bytes}
		}
		v = c.cast(v, graph.Float32)
	}
	in, ok := spread(v)
	if !ok {
		v = c.dense(v.LessRepeated()).Broadcast(v.Shape)
		in, _ = spread(v)
	}
	return v, in
}

// spread returns how the elements of v are repeated to fill its shape, if a program can do
// that.
func spread(v plan.Value) (kernel.Input, bool) {
	if v.Dense() {
		return kernel.Input{}, true
	}
	if v.Single() {
		return kernel.Input{Kind: kernel.Scalar}, true
	}
	shape, strides := v.Axes()
	if len(shape) == 2 && strides[1] == 1 && strides[0] > 0 {
		return kernel.Input{Kind: kernel.Strided, Period: shape[1], Inner: strides[0]}, true
	}
	if len(shape) == 3 && strides[2] == 1 && strides[1] == 0 && strides[0] == shape[2] {
		return kernel.Input{Kind: kernel.Repeated, Period: shape[2], Inner: shape[1] * shape[2]}, true
	}
	lo, hi := 0, len(shape)
	inner := 1
	for hi > 0 && strides[hi-1] == 0 {
		hi--
		inner *= shape[hi]
	}
	for lo < hi && strides[lo] == 0 {
		lo++
	}
	if hi-lo != 1 || strides[lo] != 1 {
		return kernel.Input{}, false
	}
	switch period := shape[lo]; {
	case inner == 1:
		return kernel.Input{Kind: kernel.Row, Period: period}, true
	case lo == 0:
		return kernel.Input{Kind: kernel.Col, Period: inner}, true
	default:
		return kernel.Input{Kind: kernel.Middle, Period: period, Inner: inner}, true
	}
}

// release frees the register of x if n was its last reader and it does not leave the program.
func (b *vector) release(x *graph.Node, left map[*graph.Node]int) {
	r, ok := b.at[x]
	if !ok || b.s.units[x.ID] != b.u || b.s.has[x.ID] {
		return
	}
	if left[x]--; left[x] == 0 {
		if i, ok := registerIndex(r); ok {
			b.free = append(b.free, i)
		}
	}
}

// target chooses where n's value goes: an output if anything outside the unit reads it, else a register.
func (b *vector) target(n *graph.Node, left map[*graph.Node]int) kernel.Ref {
	seen := b.s.outside(n, b.u)
	var v plan.Value
	if seen {
		v = b.s.c.Temp(n.Type)
		b.s.set(n, v)
	}
	r := kernel.Out(len(b.outputs))
	if seen && n.DType != graph.Bool {
		b.outputs = append(b.outputs, v)
		b.outs = append(b.outs, b.s.c.Ref(v))
	} else {
		r = b.register()
	}
	if seen && n.DType == graph.Bool {
		b.prog.Bools = append(b.prog.Bools, int(r.Index))
		b.bools = append(b.bools, v)
		b.bytes = append(b.bytes, b.s.c.Ref(v))
	}
	b.at[n] = r
	return r
}

// register is a register that is free.
func (b *vector) register() kernel.Ref {
	if k := len(b.free); k > 0 {
		i := b.free[k-1]
		b.free = b.free[:k-1]
		return kernel.Reg(i)
	}
	b.prog.Regs++
	return kernel.Reg(b.prog.Regs - 1)
}

// emit appends the program as an instruction. An output may take the place of an input
// that is read element by element, and not after the output is written.
func (b *vector) emit(lastRead map[int]int, wrote []int) {
	c, q := b.s.c, b.prog
	q.In, q.Out = make([][]float32, len(b.ins)), make([][]float32, len(b.outs))
	q.InBytes, q.OutBytes = make([][]uint8, len(b.ins)), make([][]uint8, len(b.bytes))
	ins, outs, bytes, sums := b.ins, b.outs, b.bytes, b.sums
	p := c.Program
	c.Emit(b.name(), func() {
		for i, r := range ins {
			if q.Inputs[i].Kind == kernel.Bytes {
				q.InBytes[i] = plan.Data[uint8](r)
			} else {
				q.In[i] = r.F32()
			}
		}
		for i, r := range outs {
			q.Out[i] = r.F32()
		}
		for i, r := range bytes {
			q.OutBytes[i] = plan.Data[uint8](r)
		}
		for i, r := range sums {
			q.Sums.Out[i] = r.F32()
		}
		q.Run(p.Threads)
	}, slices.Concat(b.outputs, b.bools, b.totals), b.inputs)
	for o, v := range b.outputs {
		for i, x := range b.inputs {
			if b.prog.Inputs[i].Kind == kernel.Full && lastRead[i] <= wrote[o] && b.alone(i) {
				c.MayOverwrite(v, x)
			}
		}
	}
}

// alone reports whether no other input lies in the memory of input i.
func (b *vector) alone(i int) bool {
	for j, x := range b.inputs {
		if j != i && b.s.c.Root(x.Slot) == b.s.c.Root(b.inputs[i].Slot) {
			return false
		}
	}
	return true
}

func (b *vector) name() string {
	name := "vector"
	for _, n := range b.u.nodes {
		name += " " + n.Op.(interface{ String() string }).String()
	}
	name += " : " + b.u.first().Shape.String()
	for _, n := range b.u.sums {
		name += " sum " + n.Shape.String()
	}
	return name
}

// inputIndex and registerIndex return the index of a reference of that kind.
func inputIndex(r kernel.Ref) (int, bool)    { return int(r.Index), r == kernel.In(int(r.Index)) }
func registerIndex(r kernel.Ref) (int, bool) { return int(r.Index), r == kernel.Reg(int(r.Index)) }
