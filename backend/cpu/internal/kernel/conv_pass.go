package kernel

import "unsafe"

// convPass is a convolution as the tiles see it: dst[o] = Σ src[window of o]·w,
// a row of outputs against a panel of channels at a time, with no im2col: a
// kernel row of a dense NHWC window is contiguous, so a tile walks it as one
// segment of k. The gradient by the input is such a pass over dy for every
// phase of the strides.
type convPass struct {
	batch  int
	cs, cd int // channels of src and dst
	groups int
	ax     [3]passAxis
	wRow   int  // filters: the row length of w
	flip   bool // w is used transposed (k over filters)
	inside bool // no window leaves src: no padding

	packed    []float32
	fixed     bool // w seldom changes
	kept      bool // packed holds w
	panelRows int
	strip     int // output rows of axis 1 per part
	strips    int
	pool      *ThreadPool
	dst, src  []float32
	w, bias   []float32
	act       Activation
	part      func(part, thread int)
	width     int        // outputs of a row, as many as the padded input is made for
	wino      *winograd  // nil where it does not pay
	deep      *depthwise // nil unless every channel stands alone
}

// passAxis is one axis of a pass. Output t of n is dst index dst0 + t·dstStep and
// sees src index t·stride − low + q·dil for tap q of taps, whose weight is kernel
// element tap0 + q·tapStep.
type passAxis struct {
	src, dst            int
	n, dst0, dstStep    int
	stride, dil, low    int
	taps, tap0, tapStep int
	kernel              int
}

// extent is the src length that outputs see.
func (a *passAxis) extent(outputs int) int { return (outputs-1)*a.stride + (a.taps-1)*a.dil + 1 }

// forwardPass gives the first outputs of each axis, or all.
func (c *Conv) forwardPass(outputs []int) *convPass {
	q := &convPass{batch: c.Batch, cs: c.InChannels, cd: c.Filters, groups: c.Groups, wRow: c.Filters, fixed: c.Fixed}
	for i, a := range c.plan.ax {
		n := a.out
		if k := i - 3 + len(c.In); outputs != nil && k >= 0 {
			n = min(n, outputs[k])
		}
		q.ax[i] = passAxis{src: a.in, dst: a.out, n: n, dstStep: 1, stride: a.stride, dil: a.dilation, low: a.low,
			taps: a.kernel, tapStep: 1, kernel: a.kernel}
	}
	q.init()
	return q
}

func (q *convPass) init() {
	q.part = q.runPart
	q.inside = true
	for i := range q.ax {
		a := &q.ax[i]
		q.inside = q.inside && a.low <= 0 && a.extent(a.n)-a.low <= a.src
	}
	if q.groups == q.cs && q.groups == q.cd && q.groups > 1 {
		q.initDepthwise()
	}
	if q.width = q.ax[2].n; q.winogradPays(q.fixed) {
		q.wino = &winograd{across: ceilDiv(q.width, 2)}
		q.inside = q.inside && q.ax[1].n%2 == 0 && q.width%2 == 0
		q.width = 2 * q.wino.across
	}
}

// backwardPasses are the passes from dy to dx: input s·t + p of an axis with
// stride s is seen by kernel elements k with k·dilation ≡ p + low (mod s) alone.
func (c *Conv) backwardPasses() (passes []*convPass) {
	var phases [3][]passAxis
	for i, a := range c.plan.ax {
		for p := range min(a.stride, a.in) {
			phases[i] = append(phases[i], a.phase(p))
		}
	}
	for _, a0 := range phases[0] {
		for _, a1 := range phases[1] {
			for _, a2 := range phases[2] {
				q := &convPass{batch: c.Batch, cs: c.Filters, cd: c.InChannels, groups: c.Groups, wRow: c.Filters, flip: true,
					ax: [3]passAxis{a0, a1, a2}}
				q.init()
				passes = append(passes, q)
			}
		}
	}
	return passes
}

// phase is the backward axis of the inputs s·t + p.
func (a axis) phase(p int) passAxis {
	q := passAxis{src: a.out, dst: a.in, n: ceilDiv(a.in-p, a.stride), dst0: p, dstStep: a.stride, stride: 1, kernel: a.kernel, dil: 1}
	step, last := 0, -1
	for k := a.kernel - 1; k >= 0; k-- {
		if (p+a.low-k*a.dilation)%a.stride != 0 {
			continue
		}
		if q.taps++; q.taps == 1 {
			q.tap0 = k
		} else if step == 0 {
			step = last - k
		}
		last = k
	}
	if q.taps > 0 {
		q.tapStep = -step
		q.low = -((p + a.low - q.tap0*a.dilation) / a.stride)
	}
	if q.taps > 1 {
		q.dil = step * a.dilation / a.stride
	}
	return q
}

func (q *convPass) taps() int { return q.ax[0].taps * q.ax[1].taps * q.ax[2].taps }

// run does the pass on the pool's threads.
func (q *convPass) run(p *ThreadPool, dst, src, w, bias []float32, act Activation) {
	need(dst, 1, 0, q.batch*q.outputs(), q.cd, q.cd)
	if !q.begin(p, src, w, bias, act) {
		return
	}
	q.dst = dst
	parts := q.batch * q.imageParts()
	p.RunWork(parts, q.work(), q.part)
	q.repair(p, parts, q.part)
}

// work is the multiply-adds.
func (q *convPass) work() int {
	a := &q.ax
	return q.batch * a[0].n * a[1].n * a[2].n * q.taps() * q.cs * q.cd / q.groups
}

// outputs is the pixels of an image of dst.
func (q *convPass) outputs() int { return q.ax[0].dst * q.ax[1].dst * q.ax[2].dst }

// imageParts is the number of parts of an image.
func (q *convPass) imageParts() int { return q.ax[0].n * q.strips }

// begin takes the operands and lays out the filter; it returns false if there is nothing
// to do.
func (q *convPass) begin(p *ThreadPool, src, w, bias []float32, act Activation) bool {
	a := &q.ax
	need(src, q.batch, 0, a[0].src*a[1].src*a[2].src*q.batch, q.cs, q.cs)
	need(w, 1, 0, a[0].kernel*a[1].kernel*a[2].kernel*(q.cs*q.cd/q.groups/q.wRow), q.wRow, q.wRow)
	if q.batch*a[0].n*a[1].n*a[2].n == 0 || q.cd == 0 {
		return false
	}
	q.src, q.w, q.bias, q.act, q.pool = src, w, bias, act, p
	if bias != nil {
		_ = bias[q.cd-1]
	}
	q.cut(p.threads)
	switch {
	case q.deep != nil:
		q.deep.begin(q, p.threads)
		return true
	case q.wino != nil:
		q.beginWinograd(p)
	case !q.kept || q.packed == nil:
		q.pack(p.scratch[0])
	}
	for _, s := range p.scratch { // not by its thread, which may come to work late
		if !q.inside {
			s.slab = grow(s.slab, a[0].taps*a[1].extent(q.strip)*a[2].extent(q.width)*q.cs)
		}
	}
	return true
}

// cut chooses strips of output rows: the padded input of one stays in the L2
// cache, and there is work for all threads.
func (q *convPass) cut(threads int) {
	const slab = 64 << 10 // floats
	a := &q.ax
	row := max(1, a[0].taps*a[2].extent(a[2].n)*q.cs*a[1].stride)
	q.strip = max(1, min(a[1].n, slab/row))
	if q.wino != nil {
		q.strip = q.winogradStrip()
	}
	if images := q.batch * a[0].n; images < 2*threads {
		q.strip = max(1, min(q.strip, ceilDiv(a[1].n*images, 2*threads)))
	}
	if q.wino != nil {
		q.strip += q.strip & 1
	}
	q.strips = (a[1].n + q.strip - 1) / q.strip
}

// pack lays out the filter: for each group, panels of columns, each (taps·kg,
// panel width).
func (q *convPass) pack(s *scratch) {
	kg, ng, e := q.cs/q.groups, q.cd/q.groups, tiled
	wTap := q.cs * q.cd / q.groups // floats of one kernel element
	width := e.panel()
	panels := (ng + width - 1) / width
	q.panelRows = q.taps()*kg + 16
	q.packed = grow(q.packed, q.groups*panels*q.panelRows*width)
	row, col := uintptr(q.wRow)*4, uintptr(4)
	if q.flip {
		row, col = col, row
	}
	for g := range q.groups {
		from := g * ng // filters of the group
		if q.flip {
			from = g * kg
		}
		for j := 0; j < ng; j += width {
			dst := q.packed[(g*panels+j/width)*q.panelRows*width:]
			q.eachTap(func(tap, kernel int) {
				b := at(base(q.w[kernel*wTap+from:]), uintptr(j)*col)
				e.pack(s, base(dst[tap*kg*width:]), b, row, col, kg, min(width, ng-j), width)
			})
		}
	}
}

// eachTap calls f with every tap's number in the pass and its kernel element.
func (q *convPass) eachTap(f func(tap, kernel int)) {
	a, tap := &q.ax, 0
	for i := range a[0].taps {
		for j := range a[1].taps {
			for k := range a[2].taps {
				f(tap, ((a[0].tap0+i*a[0].tapStep)*a[1].kernel+a[1].tap0+j*a[1].tapStep)*a[2].kernel+a[2].tap0+k*a[2].tapStep)
				tap++
			}
		}
	}
}

// view is the input of a part: floats from one plane, row to the next.
type view struct {
	x          unsafe.Pointer
	plane, row int
}

func (q *convPass) runPart(part, thread int) {
	b, size := part/q.imageParts(), q.outputs()*q.cd
	if q.skips(b) {
		return
	}
	q.imagePart(q.dst[b*size:(b+1)*size], b, part%q.imageParts(), thread)
}

// imagePart does one strip of output rows of image b, which dst is to hold.
func (q *convPass) imagePart(dst []float32, b, part, thread int) {
	a := &q.ax
	o0, strip := part/q.strips, part%q.strips
	lo, hi := strip*q.strip, min((strip+1)*q.strip, a[1].n)
	if q.taps() == 0 {
		for o1 := lo; o1 < hi; o1++ {
			q.zeroRow(dst, o0, o1)
		}
		return
	}
	switch {
	case q.wino != nil && !q.wino.direct:
		q.wino.bad[b*q.imageParts()+part] = !q.winogradRows(dst, b, o0, lo, hi, thread)
	case q.deep != nil:
		q.deep.outputRows(q, dst, b, o0, lo, hi, thread)
	default:
		q.tileRows(q.pool.scratch[thread], dst, q.input(b, o0, lo, hi, thread), o0, lo, hi)
	}
	q.activate(dst, o0, lo, hi)
}

// dstAt is the place of an output in its image.
func (q *convPass) dstAt(o0, o1, o2 int) int {
	a := &q.ax
	return (((a[0].dst0+o0*a[0].dstStep)*a[1].dst+a[1].dst0+o1*a[1].dstStep)*a[2].dst + a[2].dst0 + o2*a[2].dstStep) * q.cd
}

func (q *convPass) zeroRow(dst []float32, o0, o1 int) {
	for o2 := range q.ax[2].n {
		clear(dst[q.dstAt(o0, o1, o2):][:q.cd])
	}
}

// activate does what the tiles do not: they know ReLU. Only a forward
// pass has it, whose rows lie side by side.
func (q *convPass) activate(dst []float32, o0, lo, hi int) {
	if q.act < ReluAct || q.act == ReluAct && q.deep == nil {
		return
	}
	a := &q.ax[2]
	if a.n == a.dst {
		y := dst[q.dstAt(o0, lo, 0):][:(hi-lo)*a.n*q.cd]
		Unary(q.act.Op(), y, y)
		return
	}
	for o1 := lo; o1 < hi; o1++ {
		y := dst[q.dstAt(o0, o1, 0):][:a.n*q.cd]
		Unary(q.act.Op(), y, y)
	}
}

// input returns the part's input, padded into the thread's slab if a window
// leaves it.
func (q *convPass) input(b, o0, lo, hi, thread int) view {
	a := &q.ax
	srcRow := a[2].src * q.cs
	if q.inside {
		first := ((b*a[0].src+o0*a[0].stride-a[0].low)*a[1].src+lo*a[1].stride-a[1].low)*srcRow - a[2].low*q.cs
		return view{base(q.src[first:]), a[0].dil * a[1].src * srcRow, srcRow}
	}
	rows, row := a[1].extent(hi-lo), a[2].extent(q.width)*q.cs
	slab := q.pool.scratch[thread].slab
	for i := range a[0].taps {
		s0 := o0*a[0].stride - a[0].low + i*a[0].dil
		for r := range rows {
			q.padRow(slab[(i*rows+r)*row:][:row], b, s0, lo*a[1].stride-a[1].low+r)
		}
	}
	return view{base(slab), rows * row, row}
}

// padRow copies the input row (s0, s1) of image b with zeros around it.
func (q *convPass) padRow(dst []float32, b, s0, s1 int) {
	a := &q.ax
	if s0 < 0 || s0 >= a[0].src || s1 < 0 || s1 >= a[1].src {
		clear(dst)
		return
	}
	row := q.src[((b*a[0].src+s0)*a[1].src+s1)*a[2].src*q.cs:][:a[2].src*q.cs]
	lead := min(max(a[2].low, 0)*q.cs, len(dst))
	clear(dst[:lead])
	n := copy(dst[lead:], row[min(len(row), max(-a[2].low, 0)*q.cs):])
	clear(dst[lead+n:])
}
