package kernel

// RunGrad computes DQ, DK and DV from DY, all but Y being as for Run; Stats and Weights are
// those of Run, or nil. A thread does all queries of a head of keys, whose gradients are sums over them.
func (a *Attention) RunGrad(p *ThreadPool) {
	a.begin(p)
	if a.part == nil {
		a.part = a.backward
	}
	a.share(a.Batch*a.KeyHeads, a.part)
}

func (a *Attention) backward(part, thread int) {
	l := a.lanes[thread]
	batch, key, group := part/a.KeyHeads, part%a.KeyHeads, a.Heads/a.KeyHeads
	first := true
	for head := key * group; head < (key+1)*group; head++ {
		for i := range a.blocks.count {
			b := a.block(batch, head, i)
			a.hold(l, &b)
			if !l.finite || b.width < a.Keys && !l.allFinite(&a.DY, b.batch, b.head, b.lo, b.rows, a.ValueDim) {
				b.width = a.Keys
			}
			a.blockGrad(l, &b, first)
			first = false
		}
	}
}

// blockGrad does a block of queries. The first of a head of keys may not add.
func (a *Attention) blockGrad(l *attentionLane, b *attentionBlock, first bool) {
	p := a.weights(l, b, true)
	dk, dv := a.DK.at(b.batch, b.key, 0), a.DV.at(b.batch, b.key, 0)
	if first && b.width < a.Keys {
		clearRows(dk, a.Keys, a.DK.Time, a.Dim)
		clearRows(dv, a.Keys, a.DV.Time, a.ValueDim)
		first = false
	}
	used := a.used(l, b, p)
	l.scratch.grads = grow(l.scratch.grads, len(p))
	d := l.scratch.grads[:len(p)] // used's memory perhaps, which is read before
	dy, q := a.DY.at(b.batch, b.head, b.lo), a.Q.at(b.batch, b.head, b.lo)
	a.product(l, b, attentionDV, used, dy, dv, !first)
	a.product(l, b, attentionDP, dy, a.V.at(b.batch, b.key, 0), d, false)
	if a.Rate > 0 {
		a.drop(d, d, l)
	}
	if a.Strict {
		a.hide(d, b, a.zeros)
	}
	AttendGrad(d, p, a.Scale, b.rows, b.width)
	a.hide(d, b, a.zeros)
	a.product(l, b, attentionDQ, d, a.K.at(b.batch, b.key, 0), a.DQ.at(b.batch, b.head, b.lo), false)
	a.product(l, b, attentionDK, d, q, dk, !first)
}

func clearRows(x []float32, rows, ld, n int) {
	for i := range rows {
		clear(x[i*ld : i*ld+n])
	}
}
