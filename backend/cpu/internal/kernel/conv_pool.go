package kernel

// ConvPool is a convolution with a pooling of its result, image by image: what the
// convolution made of one is pooled while it lies in the cache. It serves one goroutine
// at a time.
type ConvPool struct {
	Conv *Conv
	Pool *Pooling
	Sum  bool // of each window, not its greatest element

	mid    []float32   // the convolution's result, or none
	own    []float32   // memory for it, for the portable loops
	images [][]float32 // and for one image of it, per thread
	part   func(image, thread int)
}

// ConvPoolPays reports whether the two are better done image by image: there must be
// images for every thread, and one's convolution must stay in the L2 cache.
func ConvPoolPays(images, size int) bool { return images >= 16 && size <= 128<<10 }

// Forward sets y to the pooled act(x ∗ w + bias) and mid, if it is not nil, to what was
// pooled.
func (c *ConvPool) Forward(p *ThreadPool, y, mid, x, w, bias []float32) {
	kind := poolMax
	if c.Sum {
		kind = poolSum
	}
	c.Conv.prepare()
	q := c.Conv.plan.forward
	size := q.outputs() * q.cd
	if tiled == nil {
		if mid == nil {
			c.own = grow(c.own, c.Conv.Batch*size)
			mid = c.own[:c.Conv.Batch*size]
		}
		c.Conv.Forward(p, mid, x, w, bias)
		c.Pool.run(p, y, mid, nil, kind)
		return
	}
	q.kept = c.Conv.FilterKept
	if !q.begin(p, x, w, bias, c.Conv.Act) {
		return
	}
	c.Pool.begin(p, y, nil, nil, kind)
	for len(c.images) < p.threads && mid == nil {
		c.images = append(c.images, alignedFloats(size))
	}
	if c.mid = mid; c.part == nil {
		c.part = c.image
	}
	p.Run(c.Conv.Batch, c.part)
	q.repair(p, c.Conv.Batch, c.part)
}

func (c *ConvPool) image(b, thread int) {
	q := c.Conv.plan.forward
	size := q.outputs() * q.cd
	if q.skips(b) {
		return
	}
	var mid []float32
	if c.mid != nil {
		mid = c.mid[b*size : (b+1)*size]
	} else {
		mid = c.images[thread]
	}
	for part := range q.imageParts() {
		q.imagePart(mid, b, part, thread)
	}
	c.Pool.image(mid, b, thread)
}
