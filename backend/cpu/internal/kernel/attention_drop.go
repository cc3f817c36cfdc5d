package kernel

// draw draws which weights of b the dropout leaves: 1 or 0 in the thread's memory.
func (a *Attention) draw(l *attentionLane, b *attentionBlock) {
	l.scratch.draws = grow(l.scratch.draws, b.rows*b.width)
	u := l.scratch.draws[:b.rows*b.width]
	from := uint64(a.row(b)) * uint64(a.Keys)
	if b.width == a.Keys {
		a.drawRow(u, from)
		return
	}
	for i := range b.rows {
		a.drawRow(u[i*b.width:(i+1)*b.width], from+uint64(i*a.Keys))
	}
}

// dropBlock is the elements that stay in the L1 cache.
const dropBlock = 1024

func (a *Attention) drawRow(u []float32, from uint64) {
	for lo := 0; lo < len(u); lo += dropBlock {
		part := u[lo:min(lo+dropBlock, len(u))]
		Uniform(part, a.Seed, a.Stream, from+uint64(lo))
		BinaryVS(Ge, part, part, a.Rate)
	}
}

// drop sets y to what the dropout makes of x, or of its gradient. y may be x.
func (a *Attention) drop(y, x []float32, l *attentionLane) {
	for lo := 0; lo < len(x); lo += dropBlock {
		hi := min(lo+dropBlock, len(x))
		BinaryVS(Mul, y[lo:hi], x[lo:hi], 1/(1-a.Rate))
		Ternary(Select, y[lo:hi], l.scratch.draws[lo:hi], y[lo:hi], dropped[:])
	}
}

var dropped [dropBlock]float32 // never written
