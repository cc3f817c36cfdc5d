package kernel

// phases is the gradient by the input where there are strides: the passes of all phases of
// one image after the other, while it lies in the cache.
type phases struct {
	passes []*convPass
	empty  bool // a phase sees no tap: its inputs have no gradient
	dst    []float32
	part   func(image, thread int)
}

// phases returns nil where there is one phase, or passes that may have to be repaired.
func (c *Conv) phases() *phases {
	t := &phases{passes: c.plan.backward}
	for _, q := range t.passes {
		if q.wino != nil {
			return nil
		}
		t.empty = t.empty || q.taps() == 0
	}
	if len(t.passes) == 1 {
		return nil
	}
	t.part = t.image
	return t
}

// run does the passes, if there are images for all threads.
func (t *phases) run(p *ThreadPool, dx, dy, w []float32) (done bool) {
	q := t.passes[0]
	if q.batch < 2*p.threads {
		return false
	}
	need(dx, 1, 0, q.batch*q.outputs(), q.cd, q.cd)
	work := 0
	for _, q := range t.passes {
		if !q.begin(p, dy, w, nil, Identity) {
			return true
		}
		work += q.work()
	}
	t.dst = dx
	p.RunWork(q.batch, work, t.part)
	return true
}

func (t *phases) image(b, thread int) {
	size := t.passes[0].outputs() * t.passes[0].cd
	dst := t.dst[b*size : (b+1)*size]
	if t.empty {
		clear(dst)
	}
	for _, q := range t.passes {
		if q.taps() == 0 {
			continue
		}
		for part := range q.imageParts() {
			q.imagePart(dst, b, part, thread)
		}
	}
}
