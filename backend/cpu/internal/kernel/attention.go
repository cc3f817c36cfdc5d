package kernel

import "math"

// Attention is scaled dot-product attention of several heads:
//
//	Y = dropout(softmax(Scale·Q·Kᵀ + Bias))·V
//
// head by head in blocks of queries, so that the logits, Queries × Keys, stay in a thread's
// cache. Logits of keys that a query does not see are Hidden. Fill in the fields, then Run as
// often as wanted; the data, Stats and Seed may be changed between runs. An Attention serves
// one goroutine at a time.
type Attention struct {
	Batch, Heads, KeyHeads int // KeyHeads divides Heads: neighbours share a head of keys and values
	Queries, Keys          int
	Dim, ValueDim          int

	Scale, Hidden float32 // Scale is positive, Hidden negative
	Causal        bool    // query i sees the keys up to i alone
	Strict        bool    // weights of keys that are not seen are 0 even where a query sees none
	Rate          float32 // of the dropout of the weights
	Stream        uint64  // of its draws, which go by the places in (Batch, Heads, Queries, Keys)
	Seed          uint64
	Precision     Precision

	Q, K, V, Y     HeadsData
	DY, DQ, DK, DV HeadsData // of RunGrad
	// Seen has 1 where a query sees a key, else 0; Bias is added to the logits. They go by
	// (Batch, Heads, Queries, Keys), the keys in one piece. Without data there is none.
	Seen, Bias HeadsData
	// Stats are two numbers of each row of (Batch, Heads, Queries) that save RunGrad work, and
	// Weights are as large as all logits and save it more. Run fills them, unless they are
	// nil. With Weights there must be Stats.
	Stats, Weights []float32

	blocks        runs // of queries
	step          int  // widths of blocks are multiples of it
	zeros, hidden []float32
	pool          *ThreadPool
	lanes         []*attentionLane
	part          func(part, thread int)
}

// HeadsData is how an array of heads lies: the distances from one element of the batch, one
// time and one head to the next. The rest is in one piece.
type HeadsData struct {
	Data              []float32
	Batch, Time, Head int
}

func (h *HeadsData) at(batch, head, time int) []float32 {
	return h.Data[batch*h.Batch+head*h.Head+time*h.Time:]
}

// attentionElements is how many logits a block has, about: they and their gradients stay in
// the L2 cache.
const attentionElements = 1 << 15

// attentionRows is the least queries of a block: below, the products' tiles are not filled.
const attentionRows = 28

// attentionWidths is in how many widths the blocks of a causal attention come.
const attentionWidths = 8

// shape cuts the queries into blocks.
func (a *Attention) shape() {
	a.blocks = evenly(a.Queries, max(attentionRows, attentionElements/a.Keys))
	a.step = a.Keys
	if a.Causal && a.Seen.Data == nil {
		a.step = max(attentionRows, (a.Keys+attentionWidths-1)/attentionWidths)
	}
	hidden := max(a.Hidden, -1e38) // with room for a factor
	if a.Bias.Data == nil {
		hidden = max(hidden/a.Scale, -math.MaxFloat32) // it is scaled with the others
	}
	a.zeros, a.hidden = make([]float32, a.Keys), make([]float32, a.Keys)
	Fill(a.hidden, hidden)
}

// An attentionBlock is some queries of a head and the keys that they see.
type attentionBlock struct {
	batch, head, key int // key is the head of the keys
	lo, rows, width  int
}

func (a *Attention) block(batch, head, i int) attentionBlock {
	b := attentionBlock{batch: batch, head: head, key: head / (a.Heads / a.KeyHeads), lo: i*a.blocks.size + min(i, a.blocks.extra), rows: a.blocks.len(i)}
	b.width = min(a.Keys, (b.lo+b.rows+a.step-1)/a.step*a.step)
	return b
}

// row is the number of b's first row among all (Batch, Heads, Queries).
func (a *Attention) row(b *attentionBlock) int { return (b.batch*a.Heads+b.head)*a.Queries + b.lo }

// begin readies the threads of p.
func (a *Attention) begin(p *ThreadPool) {
	if a.pool != p {
		if a.blocks.count == 0 {
			a.shape()
		}
		for len(a.lanes) < p.threads {
			a.lanes = append(a.lanes, a.lane())
		}
		for i := range p.threads {
			a.lanes[i].scratch = p.scratch[i]
		}
		a.pool = p
	}
	for _, l := range a.lanes[:p.threads] {
		l.held = -1
	}
}

// share has the threads do all parts.
func (a *Attention) share(parts int, part func(part, thread int)) {
	a.pool.RunWork(parts, a.Batch*a.Heads*a.Queries*a.Keys*(a.Dim+a.ValueDim), part)
}

// Run computes Y on the pool's threads.
func (a *Attention) Run(p *ThreadPool) {
	a.begin(p)
	if a.part == nil {
		a.part = a.forward
	}
	a.share(a.Batch*a.Heads*a.blocks.count, a.part)
}

// forward does a block of queries.
func (a *Attention) forward(part, thread int) {
	head, l := part/a.blocks.count, a.lanes[thread]
	b := a.block(head/a.Heads, head%a.Heads, part%a.blocks.count)
	a.hold(l, &b)
	if !l.finite {
		b.width = a.Keys
	}
	x := a.weights(l, &b, false)
	x = a.used(l, &b, x)
	a.product(l, &b, attentionY, x, a.V.at(b.batch, b.key, 0), a.Y.at(b.batch, b.head, b.lo), false)
}

// used are the weights that values are multiplied by: x, or others in the thread's memory.
func (a *Attention) used(l *attentionLane, b *attentionBlock, x []float32) []float32 {
	if !a.Strict && a.Rate == 0 {
		return x
	}
	l.scratch.grads = grow(l.scratch.grads, len(x))
	y := l.scratch.grads[:len(x)]
	copy(y, x)
	if a.Strict {
		a.hide(y, b, a.zeros)
	}
	if a.Rate > 0 {
		a.draw(l, b)
		a.drop(y, y, l)
	}
	return y
}

// weights are the softmax of b's logits, in Weights or the thread's memory. A causal block gets all keys
// if a row does not decide by what it sees: the products then have what an infinity or NaN
// that is hidden makes of them.
func (a *Attention) weights(l *attentionLane, b *attentionBlock, again bool) []float32 {
	stats := l.stats
	if a.Stats != nil {
		stats = a.Stats[2*a.row(b):]
	}
	stats = stats[:2*b.rows]
	again = again && a.Stats != nil
	if again && !a.decided(stats) {
		b.width = a.Keys
	}
	if again && a.Weights != nil {
		return a.place(l, b)
	}
	for {
		x, scale := a.logits(l, b)
		if again {
			AttendAgain(x, stats, scale, b.rows, b.width)
			return x
		}
		Attend(x, stats, scale, b.rows, b.width)
		if b.width == a.Keys || a.decided(stats) {
			return x
		}
		b.width = a.Keys
	}
}

// place is where the logits of b, and then the weights, are.
func (a *Attention) place(l *attentionLane, b *attentionBlock) []float32 {
	n := b.rows * b.width
	if a.Weights != nil {
		return a.Weights[a.row(b)*a.Keys:][:n]
	}
	l.scratch.rows = grow(l.scratch.rows, n)
	return l.scratch.rows[:n]
}

// decided reports whether the weights of what is hidden are 0 in all rows.
func (a *Attention) decided(stats []float32) bool {
	hidden := a.Hidden * math.Log2E
	for i := 0; i < len(stats); i += 2 {
		if top, by := -stats[i], stats[i+1]; !(top > hidden+150 && by > 0) { // 2^−150 is 0
			return false
		}
	}
	return true
}

// logits computes those of b, but for a factor.
func (a *Attention) logits(l *attentionLane, b *attentionBlock) (x []float32, scale float32) {
	x = a.place(l, b)
	a.product(l, b, attentionS, a.Q.at(b.batch, b.head, b.lo), a.K.at(b.batch, b.key, 0), x, false)
	scale = a.Scale
	if a.Bias.Data != nil {
		BinaryVS(Mul, x, x, scale)
		scale = 1
		for i := range b.rows {
			row := x[i*b.width : (i+1)*b.width]
			Binary(Add, row, row, a.Bias.at(b.batch, b.head, b.lo+i))
		}
	}
	a.hide(x, b, a.hidden)
	return x, scale
}

// hide sets what b's queries do not see to the numbers of fill.
func (a *Attention) hide(x []float32, b *attentionBlock, fill []float32) {
	for i := range b.rows {
		row := x[i*b.width : (i+1)*b.width]
		if a.Seen.Data != nil {
			Ternary(Select, row, a.Seen.at(b.batch, b.head, b.lo+i), row, fill)
		}
		if see := b.lo + i + 1; a.Causal && see < b.width {
			copy(row[see:], fill)
		}
	}
}
