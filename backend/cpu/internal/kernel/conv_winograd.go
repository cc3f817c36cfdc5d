package kernel

// winograd does a pass whose filter is 3×3 by F(2×2, 3×3): a tile of 2×2 outputs, which
// sees 4×4 inputs, takes 16 products of channels instead of 36. Tiles and filter are
// transformed (Y = Aᵀ((G·w·Gᵀ) ⊙ (Bᵀ·x·B))A, with B of 0 and ±1, G of 0, 1 and ±1/2, and
// A of 0 and ±1), and the products are 16 matrix products, (tiles, cs)·(cs, cd).
//
// How exact: an output depends on the inputs that its window sees and on no others, in
// the transformed numbers too. It differs from the exact one by at most 4ε (ε = 2⁻²³; measured
// with up to 64 channels: half of that) times Σ over channels of (Σ|x| over the window)·(Σ|w|
// over the taps), where the direct way has Σ|x·w| over both. On numbers of one magnitude the
// error is no larger than the direct way's, for its sums are shorter; where a window holds
// magnitudes as 10⁶ to 1, and small weights meet the large ones, the direct way is the more exact.
//
// Where an output is not finite (an input is not, or the transform overflowed), the image is done
// again the direct way, which tells infinities and NaN apart as the definition does.
type winograd struct {
	across int         // tiles of a row
	u      [][]float32 // the filter, transformed, per thread: for each panel of columns 16 times (cs, panel width)
	have   []bool      // u holds the filter
	zeros  []float32   // a bias for passes without
	bad    []bool      // of each part: an output was not finite
	direct bool        // the images of bad parts are being done again
}

// winogradMemory is what a thread needs for one part, and for a filter that is not kept.
type winogradMemory struct {
	flat  []float32 // the filter, transformed, on its way to u
	u     []float32
	v, m  []float32 // transformed inputs and outputs: 16 planes of (tiles, channels)
	edge  []float32 // outputs of tiles beyond the last row or pixel
	check [16]float32
}

// winogradPlane is the distance of planes of n numbers: no power of two, so that they share
// a cache.
func winogradPlane(n int) int { return (n+15)&^15 + 16 }

// winogradPays reports whether the transforms cost less than they save. Whether they do of a filter
// that is kept must not depend on the batch: one image has the bits that it has among others.
func (q *convPass) winogradPays(fixed bool) bool {
	a := &q.ax
	if q.groups != 1 || a[0].taps != 1 || q.cs < 16 || q.cd < 8 {
		return false
	}
	for i := 1; i < 3; i++ {
		if a[i].kernel != 3 || a[i].taps != 3 || a[i].stride != 1 || a[i].dil != 1 || a[i].dstStep != 1 {
			return false
		}
	}
	tiles := ceilDiv(a[1].n, 2) * ceilDiv(a[2].n, 2)
	return 9*a[1].n*a[2].n >= 26*tiles && (fixed || q.batch*a[0].n*tiles >= 16+q.cs*q.cd>>12)
}

// winogradStrip is the number of output rows of a part: what a part transforms stays in the
// L2 cache.
func (q *convPass) winogradStrip() int {
	const floats = 32 << 10
	row := 16 * q.wino.across * (q.cs + q.cd)
	return 2 * max(1, min(ceilDiv(q.ax[1].n, 2), floats/row))
}

// Each thread transforms a filter of up to winogradOwn elements for itself: that costs less than
// to fetch it from another's cache.
const winogradOwn = 8 << 10

// beginWinograd makes room.
func (q *convPass) beginWinograd(p *ThreadPool) {
	w, size, width := q.wino, q.cs*q.cd, tiled.panel()
	w.zeros = grow(w.zeros, q.cd)
	for len(w.u) < p.threads {
		w.u, w.have = append(w.u, nil), append(w.have, false)
	}
	own, tiles := size <= winogradOwn, q.strip/2*w.across
	for i, s := range p.scratch {
		m := &s.wino
		if own || i == 0 {
			m.flat = grow(m.flat, 16*winogradPlane(size))
			w.u[i] = q.winogradRoom(&m.u, w.u[i], 16*(ceilDiv(q.cd, width)*q.cs+1)*width)
		}
		m.v = grow(m.v, 16*winogradPlane(tiles*q.cs))
		m.m = grow(m.m, 16*winogradPlane(tiles*q.cd))
		m.edge = grow(m.edge, (2*w.across+4)*q.cd)
	}
	if parts := q.batch * q.imageParts(); len(w.bad) < parts {
		w.bad = make([]bool, parts)
	}
	clear(w.bad)
	if !q.kept || !q.fixed {
		clear(w.have)
	}
	if !own {
		q.winogradFilter(0)
	}
}

// winogradRoom returns room for n floats of a filter: its own if it is kept, else what all share.
func (q *convPass) winogradRoom(shared *[]float32, own []float32, n int) []float32 {
	if q.fixed {
		return grow(own, n)
	}
	*shared = grow(*shared, n)
	return *shared
}

// winogradFilter returns the transformed filter for a thread.
func (q *convPass) winogradFilter(thread int) []float32 {
	w := q.wino
	if q.cs*q.cd > winogradOwn {
		thread = 0
	}
	if !w.have[thread] {
		q.transformFilter(w.u[thread], q.pool.scratch[thread])
		w.have[thread] = true
	}
	return w.u[thread]
}

// transformFilter sets u from the filter. Where it is turned round, for the gradient by the
// input, so are the transformed: G has the order of points 0, 1, −1 and ∞, of which the
// first and the last change places.
func (q *convPass) transformFilter(u []float32, s *scratch) {
	e, size := tiled, q.cs*q.cd
	width, plane := e.panel(), winogradPlane(size)
	flat := s.wino.flat[:16*plane]
	table.winogradFilter(&flat[0], &q.w[:9*size][0], uintptr(plane)*4, uintptr(size)*4, size)
	row, col, turned := uintptr(q.wRow)*4, uintptr(4), [4]int{0, 1, 2, 3}
	if q.flip {
		row, col, turned = col, row, [4]int{3, 1, 2, 0}
	}
	for j := 0; j < q.cd; j += width {
		for i := range 16 {
			from := flat[(4*turned[i/4]+turned[i%4])*plane:]
			dst := u[(j/width*16+i)*q.cs*width:]
			e.pack(s, base(dst), at(base(from), uintptr(j)*col), row, col, q.cs, min(width, q.cd-j), width)
		}
	}
}
