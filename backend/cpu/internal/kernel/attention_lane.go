package kernel

// An attentionLane is what one thread needs.
type attentionLane struct {
	*scratch
	keys, values *PackedB // of the head that is held, transposed
	held         int      // its number, −1 for none
	finite       bool     // what it has of them may be left out where the weights are 0
	stats        []float32
	squares      []float32
	products     [2 * attentionWidths]*[attentionSteps]Gemm // by the size of the block
}

// The products of attention. P are the weights, S their logits, d the gradient of what follows.
const (
	attentionS  = iota // S = Q·Kᵀ
	attentionY         // Y = P·V
	attentionDP        // dP = dY·Vᵀ
	attentionDV        // dV += Pᵀ·dY
	attentionDQ        // dQ = dS·K
	attentionDK        // dK += dSᵀ·Q
	attentionSteps
)

func (a *Attention) lane() *attentionLane {
	l := &attentionLane{stats: make([]float32, 2*a.blocks.len(0)), squares: make([]float32, max(a.Queries, a.Keys)), keys: newPackedB(a.Dim, a.Keys), values: newPackedB(a.ValueDim, a.Keys)}
	for i := range a.blocks.count {
		b := a.block(0, 0, i)
		a.ready(l, &b)
		b.width = a.Keys
		a.ready(l, &b)
	}
	return l
}

// size numbers the sizes of blocks.
func (a *Attention) size(b *attentionBlock) int {
	i := (b.width - 1) / a.step * 2
	if b.rows > a.blocks.size {
		i++
	}
	return i
}

// ready makes the products for blocks of b's size.
func (a *Attention) ready(l *attentionLane, b *attentionBlock) {
	i, m, n := a.size(b), b.rows, b.width
	if l.products[i] != nil {
		return
	}
	keys, values := l.keys, l.values
	if !a.packs() {
		keys, values = nil, nil
	}
	l.products[i] = &[attentionSteps]Gemm{
		attentionS:  {M: m, N: n, K: a.Dim, TransB: true, LDA: a.Q.Time, LDB: a.K.Time, Packed: keys},
		attentionY:  {M: m, N: a.ValueDim, K: n, LDB: a.V.Time, LDC: a.Y.Time},
		attentionDP: {M: m, N: n, K: a.ValueDim, TransB: true, LDA: a.DY.Time, LDB: a.V.Time, Packed: values},
		attentionDV: {M: n, N: a.ValueDim, K: m, TransA: true, LDB: a.DY.Time, LDC: a.DV.Time},
		attentionDQ: {M: m, N: a.Dim, K: n, LDB: a.K.Time, LDC: a.DQ.Time},
		attentionDK: {M: n, N: a.Dim, K: m, TransA: true, LDB: a.Q.Time, LDC: a.DK.Time},
	}
	for j := range l.products[i] {
		g := &l.products[i][j]
		g.Precision = a.Precision
		g.solo()
	}
}

// packs reports whether keys and values are laid out once for all blocks of a head, which
// products of pairs do themselves.
func (a *Attention) packs() bool { return a.Precision == Single || paired == nil }

// hold lays out the keys of b's head, and the values if there is a gradient.
func (a *Attention) hold(l *attentionLane, b *attentionBlock) {
	n := b.batch*a.KeyHeads + b.key
	if l.held == n {
		return
	}
	l.held = n
	grad := a.DY.Data != nil
	if a.packs() {
		l.scratch.keys = l.keys.fill(l.scratch.keys, &a.K, b)
		if grad {
			l.scratch.values = l.values.fill(l.scratch.values, &a.V, b)
		}
	}
	l.finite = a.step == a.Keys || l.allFinite(&a.V, b.batch, b.key, 0, a.Keys, a.ValueDim) &&
		(!grad || l.allFinite(&a.K, b.batch, b.key, 0, a.Keys, a.Dim))
}

// fill lays out the transpose of b's head of x, in memory or what that grows to.
func (p *PackedB) fill(memory []float32, x *HeadsData, b *attentionBlock) []float32 {
	memory = grow(memory, p.size())
	p.data = memory
	p.Repack(x.at(b.batch, b.key, 0), x.Time, true)
	return memory
}

// allFinite reports whether rows of a head are, and their squares too.
func (l *attentionLane) allFinite(x *HeadsData, batch, head, time, rows, dim int) bool {
	s, d := l.squares[:rows], x.at(batch, head, time)
	need(d, 1, 0, rows, x.Time, dim)
	dotRows(s, d, d, rows, dim, x.Time, x.Time)
	return Sum(s)-Sum(s) == 0
}

// product does step i for b: z = x·y, or z += x·y.
func (a *Attention) product(l *attentionLane, b *attentionBlock, i int, x, y, z []float32, accumulate bool) {
	g := &l.products[a.size(b)][i]
	g.A, g.B, g.C, g.Accumulate = x, y, z, accumulate
	g.on(l.scratch)
}
