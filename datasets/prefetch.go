package datasets

import (
	"fmt"

	"github.com/rhyton/rhyton/internal/panicerr"
	"github.com/rhyton/rhyton/tensor"
)

// Prefetch yields the batches of d, preparing up to n of them ahead in a goroutine (1 if n is
// less than 1). Batches are copied into n+2 buffers that are reused. The goroutine ends with the
// pass, even if the caller stops early. A panic in d becomes an error of the pass.
func Prefetch(d Dataset, n int) Dataset {
	n = max(n, 1)
	return &derived{[]Dataset{d}, func() int { return Steps(d) }, func(from int, yield func(Batch, error) bool) {
		p := &prefetcher{
			made: make(chan made, n), free: make(chan *Batch, n+2), stop: make(chan struct{}),
		}
		for range n + 2 {
			p.free <- &Batch{}
		}
		go p.run(d, from)
		defer func() {
			close(p.stop)
			for range p.made { // until the goroutine closes it
			}
		}()
		for m := range p.made {
			if m.err != nil {
				yield(Batch{}, m.err)
				return
			}
			if !yield(*m.batch, nil) {
				return
			}
			p.free <- m.batch
		}
	}}
}

type made struct {
	batch *Batch
	err   error
}

type prefetcher struct {
	made chan made
	free chan *Batch
	stop chan struct{}
}

func (p *prefetcher) run(d Dataset, from int) {
	defer close(p.made)
	defer func() {
		if r := recover(); r != nil {
			p.send(made{err: panicerr.Of(fmt.Sprintf("the data set %T", d), r)}) // here the stack still shows the origin
		}
	}()
	for b, err := range BatchesFrom(d, from) {
		if err != nil {
			p.send(made{err: err})
			return
		}
		select {
		case buffer := <-p.free:
			buffer.set(b)
			if !p.send(made{batch: buffer}) {
				return
			}
		case <-p.stop:
			return
		}
	}
}

func (p *prefetcher) send(m made) bool {
	select {
	case p.made <- m:
		return true
	case <-p.stop:
		return false
	}
}

// set copies src into the memory of b.
func (b *Batch) set(src Batch) {
	b.N = src.N
	copyAll(&b.X, src.X)
	copyAll(&b.Y, src.Y)
	copyAll(&b.Weights, src.Weights)
}

func copyAll(dst *[]*tensor.Tensor, src []*tensor.Tensor) {
	resize(dst, len(src))
	for i, t := range src {
		(*dst)[i] = tensor.Copy((*dst)[i], t)
	}
}
